"""Settings of a site that is served to others are taken at their word or refused, never ignored."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from grants.config import ConfigurationRefused, settings
from grants.config_site import forget_former_keys, rotate_key, trusted_hosts, warnings

STRONG = "correct-horse-battery-staple-0123456789"


def found(folder: Path, **environ: str) -> dict[str, object]:
    return settings({"GRANTS_DATA_DIR": str(folder), **environ})


@pytest.mark.parametrize("yes", ["1", "yes", "oui", "TRUE", " on "])
def test_every_yes_turns_https_on(tmp_path: Path, yes: str) -> None:
    assert found(tmp_path, GRANTS_HTTPS=yes)["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize("no", ["", "0", "non", "false", "off"])
def test_every_no_leaves_https_off(tmp_path: Path, no: str) -> None:
    assert found(tmp_path, GRANTS_HTTPS=no)["SESSION_COOKIE_SECURE"] is False


@pytest.mark.parametrize("variable", ["GRANTS_HTTPS", "GRANTS_OIDC_TRUSTS_EMAIL"])
def test_what_is_neither_yes_nor_no_is_refused_by_name(tmp_path: Path, variable: str) -> None:
    whole = {
        "GRANTS_OIDC_ISSUER": "https://id.example", "GRANTS_OIDC_CLIENT_ID": "grants",
        "GRANTS_OIDC_CLIENT_SECRET": "0123456789abcdef", "GRANTS_URL": "https://grants.example",
    }  # fmt: skip

    with pytest.raises(ConfigurationRefused, match=f"{variable} vaut « peut-être »"):
        found(tmp_path, **{**whole, variable: "peut-être"})


def test_a_weak_database_password_is_refused_however_https_is_spelled(tmp_path: Path) -> None:
    url = "postgresql://grants:grants@h/d"

    with pytest.raises(ConfigurationRefused, match="DATABASE_URL"):
        found(tmp_path, DATABASE_URL=url, GRANTS_HTTPS="yes")


def test_over_https_both_cookies_are_of_this_host_alone(tmp_path: Path) -> None:
    plain, secure = found(tmp_path), found(tmp_path, GRANTS_HTTPS="1")

    assert plain["SESSION_COOKIE_NAME"] == "grants_session"
    assert secure["SESSION_COOKIE_NAME"] == "__Host-grants_session"
    assert secure["DEVICE_COOKIE_NAME"] == "__Host-grants_device"


def test_the_site_answers_to_its_own_name_and_the_machines(tmp_path: Path) -> None:
    named = found(tmp_path, GRANTS_URL="https://subventions.exemple.fr:8443/x")

    assert named["TRUSTED_HOSTS"] == ["subventions.exemple.fr", "127.0.0.1", "localhost"]
    assert trusted_hosts({}) is None


def test_https_without_a_proxy_is_warned_of() -> None:
    assert "GRANTS_TRUSTED_PROXIES" in warnings(over_https=True, proxies=0)[0]
    assert warnings(over_https=True, proxies=1) == warnings(over_https=False, proxies=0) == ()


def test_a_key_is_replaced_and_the_former_stays_readable_until_it_is_forgotten(
    tmp_path: Path,
) -> None:
    first = found(tmp_path)["SECRET_KEY"]

    second = rotate_key(tmp_path)
    third = rotate_key(tmp_path)

    now = found(tmp_path)
    assert len({first, second, third}) == 3
    assert (now["SECRET_KEY"], now["SECRET_KEY_FALLBACKS"]) == (third, [second, first])
    for name in ("secret_key", "secret_key.old"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert forget_former_keys(tmp_path) == 2
    assert found(tmp_path)["SECRET_KEY_FALLBACKS"] == []


def test_former_keys_may_stand_in_the_environment_and_are_never_weak(tmp_path: Path) -> None:
    both = found(tmp_path, SECRET_KEY=STRONG, SECRET_KEY_OLD=f"{STRONG}a {STRONG}b")

    assert both["SECRET_KEY_FALLBACKS"] == [f"{STRONG}a", f"{STRONG}b"]
    with pytest.raises(ConfigurationRefused, match="SECRET_KEY_OLD est trop faible"):
        found(tmp_path, SECRET_KEY=STRONG, SECRET_KEY_OLD="dev")
