"""Settings of the identity provider: all or nothing, and nothing in clear over a wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from grants.config import settings
from grants.config_openid import openid_settings
from grants.errors import ConfigurationRefused

SECRET = "f3a9c1d7-0b2e-4a55"
WHOLE = {
    "GRANTS_OIDC_ISSUER": "https://id.example/realms/agents",
    "GRANTS_OIDC_CLIENT_ID": "grants",
    "GRANTS_OIDC_CLIENT_SECRET": SECRET,
}


def test_without_a_variable_there_is_no_provider(tmp_path: Path) -> None:
    assert openid_settings({}) is None
    assert openid_settings(dict.fromkeys(WHOLE, "")) is None
    assert settings({"GRANTS_DATA_DIR": str(tmp_path)})["OPENID"] is None


def test_three_variables_are_enough(tmp_path: Path) -> None:
    found = settings({**WHOLE, "GRANTS_DATA_DIR": str(tmp_path)})["OPENID"]

    assert (found.name, found.scopes, found.trusts_email) == ("id.example", "openid email", False)
    assert found.strong == frozenset()
    assert (found.return_path, found.logout_path) == ("/login/openid/return", "/login")
    assert SECRET not in repr(found)


def test_lists_are_read_with_commas_and_with_spaces() -> None:
    found = openid_settings(
        {
            **WHOLE,
            "GRANTS_OIDC_NAME": " ProConnect ",
            "GRANTS_OIDC_SCOPES": "openid  email siret",
            "GRANTS_OIDC_ACR_VALUES": "eidas2 eidas3",
            "GRANTS_OIDC_SECOND_FACTOR": "eidas2, mfa",
            "GRANTS_OIDC_RETURN": "/connexion/openid/retour",
            "GRANTS_OIDC_TRUSTS_EMAIL": "1",
        }
    )

    assert found is not None
    assert (found.name, found.scopes) == ("ProConnect", "openid email siret")
    assert found.acr_values == "eidas2 eidas3"
    assert found.strong == {"eidas2", "mfa"}
    assert found.trusts_email
    assert found.logout_path == "/connexion"


@pytest.mark.parametrize("missing", WHOLE)
def test_half_a_configuration_is_refused_by_the_name_of_what_lacks(missing: str) -> None:
    with pytest.raises(ConfigurationRefused, match=missing) as refusal:
        openid_settings({**WHOLE, missing: ""})

    assert SECRET not in str(refusal.value)


def test_a_setting_beside_the_three_does_not_pass_alone() -> None:
    with pytest.raises(ConfigurationRefused, match="GRANTS_OIDC_ISSUER"):
        openid_settings({"GRANTS_OIDC_NAME": "ProConnect"})


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example", "id.example", "https://", "ftp://id.example", "https://id.example?a=1",
        "https://id.example#a", "https://user@id.example", "http://localhost.evil.example",
        "https://id.example/" + "a" * 250, "https://[id",
    ],
)  # fmt: skip
def test_an_issuer_that_is_not_encrypted_or_no_address_is_refused(issuer: str) -> None:
    with pytest.raises(ConfigurationRefused, match="GRANTS_OIDC_ISSUER"):
        openid_settings({**WHOLE, "GRANTS_OIDC_ISSUER": issuer})


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1", "[::1]:9000"])
def test_this_machine_may_be_asked_in_clear(host: str) -> None:
    assert openid_settings({**WHOLE, "GRANTS_OIDC_ISSUER": f"http://{host}/realm"}) is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRANTS_OIDC_CLIENT_SECRET", "short"),
        ("GRANTS_OIDC_CLIENT_SECRET", "é" * 20),
        ("GRANTS_OIDC_SCOPES", "email profile"),
        ("GRANTS_OIDC_NAME", "x" * 61),
        ("GRANTS_OIDC_TRUSTS_EMAIL", "peut-être"),
        ("GRANTS_OIDC_RETURN", "https://evil.example/retour"),
        ("GRANTS_URL", "http://subventions.example"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationRefused, match=name):
        openid_settings({**WHOLE, name: value})
