"""Settings come from the environment, and unsafe ones are refused."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grants.clock import FixedClock
from grants.config import ConfigurationRefused, data_dir, database_url, settings

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
