"""By which names the site answers, and what it tells programs that ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.support.database import NOW, app_on, ready_database

SITE = "https://subventions.exemple.test"


@pytest.fixture
def served(tmp_path: Path, worker_id: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A site served to others under its own name."""
    monkeypatch.setenv("GRANTS_URL", SITE)
    monkeypatch.setenv("GRANTS_HTTPS", "yes")
    monkeypatch.setenv("GRANTS_SECURITY_CONTACT", "securite@exemple.test")
    with ready_database(tmp_path, f"hosts_{worker_id}") as url, app_on(url, tmp_path) as app:
        yield app


@pytest.mark.parametrize("path", ["/", "/connexion", "/health", "/nowhere", "/login"])
@pytest.mark.parametrize("host", ["evil.example", "subventions.exemple.test.evil.example", "x@y"])
def test_a_name_that_is_not_the_sites_gets_nothing(served: Flask, host: str, path: str) -> None:
    answer = served.test_client().get(path, headers={"Host": host})

    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert host not in answer.text


@pytest.mark.parametrize(
    "host", ["subventions.exemple.test", "subventions.exemple.test:443", "127.0.0.1:8000"]
)
def test_its_own_name_and_the_machines_are_answered(served: Flask, host: str) -> None:
    assert served.test_client().get("/health", headers={"Host": host}).status_code == 200


def test_https_without_a_proxy_is_warned_of_and_the_site_is_ready_all_the_same(
    served: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(served.config, "FREE_MEGABYTES", 0)

    told = served.test_client().get("/ready").text
    monkeypatch.setitem(served.config, "TRUSTED_PROXIES", 1)
    mended = served.test_client().get("/ready").text

    assert "avertissement : GRANTS_HTTPS est actif sans GRANTS_TRUSTED_PROXIES" in told
    assert "avertissement" not in mended


def test_a_flaw_can_be_reported(served: Flask) -> None:
    answer = served.test_client().get("/.well-known/security.txt")

    fields = dict(re.findall(r"^([A-Z][\w-]+): (.+)$", answer.text, re.MULTILINE))
    assert answer.mimetype == "text/plain"
    assert fields["Contact"] == "mailto:securite@exemple.test"
    assert fields["Canonical"] == f"{SITE}/.well-known/security.txt"
    assert fields["Expires"] == (NOW + timedelta(days=180)).strftime("%Y-%m-%dT%H:%M:%SZ")
