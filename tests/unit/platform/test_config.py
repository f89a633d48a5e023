"""Settings come from the environment, and unsafe ones are refused."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grants.clock import FixedClock
from grants.config import ConfigurationRefused, data_dir, database_url, settings, smtp_settings

STRONG = "correct-horse-battery-staple-0123456789"


def test_without_any_variable_everything_lies_in_the_data_folder(tmp_path: Path) -> None:
    found = settings({"GRANTS_DATA_DIR": str(tmp_path / "data")})

    assert found["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path}/data/grants.sqlite3"
    assert found["CERFA_15059_PDF"] is None
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_secret_key_is_drawn_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    environ = {"GRANTS_DATA_DIR": str(tmp_path)}

    first, second = settings(environ)["SECRET_KEY"], settings(environ)["SECRET_KEY"]

    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("weak", ["dev", "changeme" * 8, "a" * 64, "0123456789abcdef"])
def test_a_secret_key_that_could_be_guessed_is_refused(tmp_path: Path, weak: str) -> None:
    with pytest.raises(ConfigurationRefused, match="SECRET_KEY"):
        settings({"GRANTS_DATA_DIR": str(tmp_path), "SECRET_KEY": weak})


def test_a_strong_secret_key_is_taken_and_none_is_written(tmp_path: Path) -> None:
    found = settings({"GRANTS_DATA_DIR": str(tmp_path), "SECRET_KEY": STRONG})

    assert found["SECRET_KEY"] == STRONG
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_leads_to_our_driver(scheme: str) -> None:
    found = database_url({"DATABASE_URL": f"{scheme}://u@h/d"}, Path())

    assert found == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize("url", ["mysql://u:password@h/d", "grants.sqlite3"])
def test_another_database_is_refused_without_printing_its_password(url: str) -> None:
    with pytest.raises(ConfigurationRefused) as refusal:
        database_url({"DATABASE_URL": url}, Path())

    assert "DATABASE_URL" in str(refusal.value)
    assert "password" not in str(refusal.value)


def test_a_form_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    environ = {"GRANTS_DATA_DIR": str(tmp_path), "CERFA_15059_PDF": "nowhere.pdf"}

    with pytest.raises(ConfigurationRefused, match=r"CERFA_15059_PDF nomme « nowhere\.pdf »"):
        settings(environ)


def test_cookies_travel_over_https_only_once_the_site_is_served_so(tmp_path: Path) -> None:
    plain = settings({"GRANTS_DATA_DIR": str(tmp_path)})
    secure = settings({"GRANTS_DATA_DIR": str(tmp_path), "GRANTS_HTTPS": "1"})

    assert not plain["SESSION_COOKIE_SECURE"]
    assert secure["SESSION_COOKIE_SECURE"]
    assert secure["REMEMBER_COOKIE_SECURE"]


def test_an_incomplete_installation_says_which_folder_is_missing() -> None:
    with pytest.raises(ConfigurationRefused, match="« nowhere »"):
        data_dir("nowhere")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2023, 12, 14, 22, 59, tzinfo=UTC), "2023-12-14"),
        (datetime(2023, 12, 14, 23, 0, tzinfo=UTC), "2023-12-15"),
        (datetime(2024, 6, 30, 21, 59, tzinfo=UTC), "2024-06-30"),
        (datetime(2024, 6, 30, 22, 0, tzinfo=UTC), "2024-07-01"),
    ],
)
def test_the_day_changes_at_midnight_in_france(moment: datetime, day: str) -> None:
    assert FixedClock(moment).today().isoformat() == day


def test_without_a_mail_server_there_is_none(tmp_path: Path) -> None:
    assert settings({"GRANTS_DATA_DIR": str(tmp_path)})["SMTP"] is None


@pytest.mark.parametrize(
    ("url", "host", "port", "needs_starttls"),
    [
        ("smtp://mail.exemple.test", "mail.exemple.test", 587, True),
        ("smtp://mail.exemple.test:25", "mail.exemple.test", 25, True),
        ("smtps://mail.exemple.test", "mail.exemple.test", 465, False),
        ("smtp://localhost:25", "localhost", 25, False),
        ("smtp://u:k3-Vq9-zT2@localhost:25", "localhost", 25, True),
        ("smtp://[::1]:2525", "::1", 2525, False),
    ],
)
def test_mail_to_another_machine_or_with_a_password_is_always_encrypted(
    url: str, host: str, port: int, needs_starttls: bool
) -> None:
    found = smtp_settings({"GRANTS_SMTP_URL": url, "GRANTS_MAIL_FROM": "a@exemple.test"})

    assert found is not None
    assert (found.host, found.port, found.needs_starttls) == (host, port, needs_starttls)


def test_signs_of_a_mail_password_are_written_in_percents() -> None:
    url = "smtps://u%40exemple.test:p%40ss%3Aword%2F9@mail.exemple.test"

    found = smtp_settings({"GRANTS_SMTP_URL": url, "GRANTS_MAIL_FROM": "a@exemple.test"})

    assert found is not None
    assert (found.user, found.password) == ("u@exemple.test", "p@ss:word/9")


@pytest.mark.parametrize(
    "url",
    [
        "mail.exemple.test",
        "http://u:very-secret-9@mail.exemple.test",
        "smtp://",
        "smtp://u:very-secret-9@mail.exemple.test:notaport",
        "smtp://u:very-secret-9@mail.exemple.test:70000",
        "smtp://u:very-secret-9@mail.exemple.test/box",
        "smtp://u:very-secret-9/x@mail.exemple.test",
        "smtp://u:very-secret-é@mail.exemple.test",
        "smtp://u@mail.exemple.test",
        "smtp://u:changeme@mail.exemple.test",
        "smtp://u:short@mail.exemple.test",
    ],
)
def test_a_mail_server_that_cannot_work_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationRefused, match="GRANTS_SMTP_URL") as refusal:
        smtp_settings({"GRANTS_SMTP_URL": url, "GRANTS_MAIL_FROM": "a@exemple.test"})

    assert "very-secret" not in str(refusal.value)
    assert "changeme" not in str(refusal.value)


@pytest.mark.parametrize(
    "sender", ["", "exemple.test", "a@exemple", "É <a@exemple.test>", "a@b.c\nX: y"]
)
def test_a_mail_server_needs_a_sender(sender: str) -> None:
    environ = {"GRANTS_SMTP_URL": "smtps://mail.exemple.test", "GRANTS_MAIL_FROM": sender}

    with pytest.raises(ConfigurationRefused, match="GRANTS_MAIL_FROM"):
        smtp_settings(environ)


@pytest.mark.parametrize("password", ["postgres", "short", "changeme"])
def test_a_site_for_others_refuses_a_database_password_that_could_be_guessed(password: str) -> None:
    url = f"postgresql://grants:{password}@db/grants"

    assert password in database_url({"DATABASE_URL": url}, Path())
    with pytest.raises(ConfigurationRefused, match="DATABASE_URL") as refusal:
        database_url({"DATABASE_URL": url, "GRANTS_HTTPS": "1"}, Path())

    assert password not in str(refusal.value).replace("trop court", "")


@pytest.mark.parametrize("url", ["postgresql://grants@db/grants", "postgresql://g:k3-Vq9-zT2@db/g"])
def test_a_site_for_others_takes_a_good_password_or_none(url: str) -> None:
    assert database_url({"DATABASE_URL": url, "GRANTS_HTTPS": "1"}, Path())


@pytest.mark.parametrize("text", ["-1", "10", "oui", "²"])
def test_trusted_proxies_are_a_small_number(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationRefused, match="GRANTS_TRUSTED_PROXIES"):
        settings({"GRANTS_DATA_DIR": str(tmp_path), "GRANTS_TRUSTED_PROXIES": text})


@pytest.mark.parametrize("text", ["-1", "1,5", "beaucoup", "²"])
def test_free_space_is_a_whole_number(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationRefused, match="GRANTS_FREE_MB"):
        settings({"GRANTS_DATA_DIR": str(tmp_path), "GRANTS_FREE_MB": text})
