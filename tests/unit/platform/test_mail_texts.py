"""Mails as people read them, word for word, and the headers around them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from grants.config import data_dir
from grants.errors import Conflict
from grants.models.platform import OutgoingMail
from grants.services.platform.mail import (
    MOST_ATTEMPTS,
    mail_text,
    message_of,
    retry_delay,
    trial_message,
)

SNAPSHOTS = Path(__file__).parent / "mail"
AT = datetime(2025, 1, 15, 9, 0, tzinfo=UTC)
SENDER = "Subventions <subventions@exemple.test>"
CONTEXTS: dict[str, dict[str, object]] = {
    "invitation": {
        "name": "Zoé Exemple",
        "inviter": "Camille Exemple",
        "organisation": "Métropole fictive",
        "link": "https://grants.exemple.test/invitation/abc",
        "expires": AT + timedelta(days=7),
    },
    "password_reset": {
        "name": "Zoé Exemple",
        "link": "https://grants.exemple.test/reset/abc",
        "expires": AT + timedelta(hours=1),
    },
    "account_changed": {
        "name": "Zoé Exemple",
        "change": "le second facteur a été retiré",
        "at": AT,
    },
    "test": {"at": AT},
    "sheet_to_sign": {
        "name": "Zoé Exemple",
        "month": "de janvier 2025",
        "due": AT.date(),
        "days": 3,
        "link": "https://grants.exemple.test/feuilles/7/2025-01",
    },
    "sheet_returned": {
        "name": "Zoé Exemple",
        "month": "de janvier 2025",
        "reason": "La réunion du 7 manque.",
        "link": "https://grants.exemple.test/feuilles/7/2025-01",
    },
    "sheets_late": {
        "name": "Zoé Exemple",
        "sheets": [
            {
                "month": f"{month} 2024",
                "due": AT.date(),
                "link": "https://grants.exemple.test/feuilles/7/2024-11",
            }
            for month in ("novembre", "décembre")
        ],
    },
    "sheets_to_approve": {
        "name": "Zoé Exemple",
        "months": [
            {"month": "janvier 2025", "count": n, "link": "https://grants.exemple.test/equipe/x"}
            for n in (1, 12)
        ],
    },
    "new_device": {
        "name": "Zoé Exemple",
        "at": AT,
        "device": "Firefox, Windows",
        "address": "192.0.2.7",
    },
    "rights_changed": {
        "name": "Zoé Exemple",
        "change": "Ada Absente a le rôle « Chargé de gestion » dès le 15/01/2025.",
        "where": "Métropole fictive",
        "who": "Camille Exemple",
        "reason": "remplacement",
        "at": AT,
    },
    "trail_altered": {
        "name": "Zoé Exemple",
        "codes": "PLIE79, plateforme",
        "at": AT,
        "site": "https://grants.exemple.test",
    },
}


@pytest.mark.parametrize("name", sorted(CONTEXTS))
def test_each_mail_reads_as_agreed(name: str) -> None:
    expected = (SNAPSHOTS / f"{name}.txt").read_text(encoding="utf-8")

    assert mail_text(name, CONTEXTS[name]) == expected


def test_every_template_has_an_agreed_text() -> None:
    templates = {path.stem for path in (data_dir("templates") / "mail").glob("*.txt")}

    assert templates == set(CONTEXTS) == {path.stem for path in SNAPSHOTS.glob("*.txt")}


def test_a_mail_whose_template_lacks_a_word_is_never_written() -> None:
    with pytest.raises(UndefinedError, match="link"):
        mail_text("password_reset", {"name": "Zoé", "expires": AT})


def test_lines_of_a_mail_fit_any_screen_but_for_links() -> None:
    lines = [
        line for name, context in CONTEXTS.items() for line in mail_text(name, context).splitlines()
    ]

    assert max(len(line) for line in lines if "https://" not in line) <= 78


def _mail(**changes: object) -> OutgoingMail:
    values = {
        "id": 7,
        "key": "invitation:1",
        "recipient": "zoe@exemple.test",
        "subject": "Accès à « Métropole fictive »",
        "body": "Bonjour Zoé,\n\nÀ bientôt.\n",
        "created_at": AT,
    }
    return OutgoingMail(**values | changes)


def test_a_message_survives_its_journey_as_plain_ascii() -> None:
    raw = message_of(_mail(), SENDER).as_bytes()

    read = message_from_bytes(raw, policy=policy.default)
    assert raw.isascii()
    assert read["To"] == "zoe@exemple.test"
    assert read["From"] == SENDER
    assert read["Subject"] == "Accès à « Métropole fictive »"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content() == "Bonjour Zoé,\n\nÀ bientôt.\n"


def test_a_second_copy_is_recognised_by_its_message_id() -> None:
    first, again = message_of(_mail(), SENDER), message_of(_mail(attempts=3), SENDER)
    other = message_of(_mail(id=8), SENDER)

    assert first.as_bytes() == again.as_bytes()
    assert first["Message-ID"] != other["Message-ID"]
    assert first["Message-ID"].endswith("@exemple.test>")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "zoe",
        "zoe@exemple",
        "zoé@exemple.test",
        "zoe@exemple.test\nBcc: a@exemple.test",
        "zoe@exemple.test\r\n\r\nautre corps",
        "zoe@exemple.test, autre@exemple.test",
        "Zoé <zoe@exemple.test>",
        "zoe @exemple.test",
        "@exemple.test",
        f"{'a' * 250}@exemple.test",
    ],
)
def test_an_address_that_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(Conflict) as no:
        trial_message(to=address, sender=SENDER, at=AT)

    assert no.value.field == "to"


def test_retries_go_on_for_four_days() -> None:
    delays = [retry_delay(attempts) for attempts in range(1, MOST_ATTEMPTS)]

    assert delays == sorted(delays)
    assert timedelta(days=3) < sum(delays, timedelta()) < timedelta(days=5)
