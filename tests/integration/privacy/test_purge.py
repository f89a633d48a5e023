"""Purging by the retention clock: what goes, what stays and why, on both sides of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants import models
from grants.clock import FixedClock
from grants.enums import AuditVia, PurgeFate, Role
from grants.errors import Conflict
from grants.periods import Period, month_index
from grants.services.accounts.users import add_user
from grants.services.audit.deed import Actor, Deed
from grants.services.audit.writing import verify_trail
from grants.services.claims.computing import compute_claim
from grants.services.platform.personal_tables import TABLES, unlisted_columns
from grants.services.platform.storage import piece_storage
from grants.services.privacy.plan import ERASED_CODE, PurgePlan, plan_purge
from grants.services.privacy.purging import ERASED_NAME, purge, remove_purged_files
from grants.services.roles.memberships import give_role
from grants.workbook_format.personal import Retention
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder
from tests.factories.privacy.purges import Case, add_facts, add_piece, settle
from tests.support.database import NOW
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, PASSWORD, log_in

pytestmark = pytest.mark.both_databases

DEED = Deed(Actor(7, "Camille Exemple"), NOW, AuditVia.WEB, "192.0.2.1", "Fin de conservation")
# Paid in 2016, five years by the convention's own settings.
LAST_DAY, NEXT_DAY = date(2021, 12, 31), date(2022, 1, 1)


@pytest.fixture
def case(session: scoped_session[Session], tmp_path: Path) -> Case:
    convention = add_convention(session(), "FSE-2015", period=Period.year(2015))
    convention.settings = {"retention_years": "5"}
    settle(session(), convention, date(2016, 6, 15))
    post = add_funded_post(session(), convention)
    person = add_holder(session(), post, "Durand", Period.year(2015))
    add_facts(session(), person, 2015, convention)
    storage = piece_storage(tmp_path / "instance")
    add_piece(session(), storage, person, f"BP-{person.code}-2015", date(2015, 6, 30))
    session.add(
        models.ClauseJob(organisation_id=convention.organisation_id, convention_id=convention.id,
                    market="Gymnase", participant="P-01", start_on=date(2015, 1, 1),
                    end_on=date(2015, 7, 1), minutes=600)
    )  # fmt: skip
    session.commit()
    return Case(convention, person, storage)


def preview(session: scoped_session[Session], case: Case, as_of: date, *held: str) -> PurgePlan:
    return plan_purge(session(), organisation_id=case.organisation_id, as_of=as_of, holds=held)


def run(session: scoped_session[Session], case: Case, as_of: date = NEXT_DAY) -> PurgePlan:
    plan = preview(session, case, as_of)
    done = purge(
        session(), organisation_id=case.organisation_id, as_of=as_of, holds=(),
        seen=plan.fingerprint, deed=DEED,
    )  # fmt: skip
    session.commit()
    return done


def facts_left(session: scoped_session[Session], person: models.Person) -> int:
    dated = [
        name
        for name, entry in TABLES.items()
        if entry.kept in {Retention.MONTH, Retention.DAY, Retention.PERIOD, Retention.PIECE}
    ]
    tables = [models.Base.metadata.tables[name] for name in dated]
    return sum(
        session.scalar(
            select(func.count()).select_from(table).where(table.c.person_id == person.id)
        )
        or 0
        for table in tables
    )


def test_every_table_with_personal_data_is_listed() -> None:
    assert unlisted_columns() == ()


def test_a_table_that_is_not_listed_stops_the_purge(
    session: scoped_session[Session], case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {name: entry for name, entry in TABLES.items() if name != "sheet_steps"}
    monkeypatch.setattr("grants.services.platform.personal_tables.TABLES", missing)

    with pytest.raises(LookupError, match=r"sheet_steps\.person_id"):
        preview(session, case, NEXT_DAY)


def test_on_the_last_day_nothing_goes_and_the_preview_says_until_when(
    session: scoped_session[Session], case: Case
) -> None:
    plan = preview(session, case, LAST_DAY)

    assert plan.is_empty
    assert plan.persons[0].fate is PurgeFate.KEPT
    assert plan.persons[0].reason == "Conservé pour FSE-2015 (en cours, jusqu'au 31/12/2021)"
    with pytest.raises(Conflict, match="rien n'est à effacer"):
        run(session, case, LAST_DAY)
    assert facts_left(session, case.person) == 9


def test_on_the_day_after_everything_about_the_person_goes(
    session: scoped_session[Session], case: Case
) -> None:
    before = preview(session, case, NEXT_DAY)
    assert facts_left(session, case.person) == 9, "a preview changes nothing"

    run(session, case)

    assert before.persons[0].fate is PurgeFate.ERASED
    assert before.persons[0].gone == 9
    assert facts_left(session, case.person) == 0
    session.refresh(case.person)
    assert (case.person.last_name, case.person.first_name) == (ERASED_NAME, "")
    assert case.person.code == f"{ERASED_CODE}{case.person.id}"
    assert preview(session, case, NEXT_DAY).is_empty


def test_what_sums_rest_on_stays_without_a_name(
    session: scoped_session[Session], case: Case
) -> None:
    run(session, case)

    holding = session.scalars(select(models.Holding)).one()
    job = session.scalars(select(models.ClauseJob)).one()
    assert (holding.person_id, holding.share) == (case.person.id, Decimal(1))
    assert (job.minutes, job.market) == (600, "Gymnase")
    assert job.participant.startswith(ERASED_CODE)
    assert session.scalars(select(models.Payment.amount)).one() == Decimal("1000.00")
    session.refresh(case.convention)
    assert case.convention.purged_on == NEXT_DAY


def test_a_running_convention_keeps_its_days_and_the_twelve_months_before(
    session: scoped_session[Session], case: Case
) -> None:
    running = add_convention(session(), "FSE-2017", period=Period.year(2017))
    for year in (2016, 2017):
        add_facts(session(), case.person, year, running)
    session.commit()

    plan = run(session, case)

    assert plan.persons[0].fate is PurgeFate.CUT
    assert plan.persons[0].before == date(2016, 1, 1)
    assert "FSE-2017 (pas commencé : solde non versé)" in plan.persons[0].reason
    assert facts_left(session, case.person) == 16
    session.refresh(case.person)
    assert case.person.last_name == "Durand"


def test_late_pay_that_a_later_claim_takes_back_stays(
    session: scoped_session[Session], case: Case
) -> None:
    running = add_convention(session(), "FSE-2017", period=Period.year(2017))
    add_facts(session(), case.person, 2017, running)
    session.add(
        models.PayItem(organisation_id=case.organisation_id, person_id=case.person.id,
                  month=month_index(date(2015, 3, 1)), kind="ijss", amount=Decimal("-50.00"),
                  paid_on=date(2017, 2, 1))
    )  # fmt: skip
    session.commit()

    run(session, case)

    months = set(session.scalars(select(models.PayItem.month)))
    assert months == {month_index(date(2015, 3, 1)), month_index(date(2017, 6, 1))}


def test_a_convention_that_is_held_keeps_everything(
    session: scoped_session[Session], case: Case
) -> None:
    plan = preview(session, case, NEXT_DAY, "FSE-2015")

    assert plan.is_empty
    assert "conservé à votre demande" in plan.persons[0].reason


def test_whoever_still_holds_a_post_keeps_their_name(
    session: scoped_session[Session], case: Case
) -> None:
    holding = session.scalars(select(models.Holding)).one()
    holding.end_on = None
    session.commit()

    plan = run(session, case)

    assert plan.persons[0].fate is PurgeFate.CUT
    session.refresh(case.person)
    assert case.person.last_name == "Durand"


def test_a_piece_that_a_running_convention_names_stays_with_its_file(
    session: scoped_session[Session], case: Case
) -> None:
    running = add_convention(session(), "FSE-2017", period=Period.year(2017))
    add_facts(session(), case.person, 2017, running)
    contract = add_piece(session(), case.storage, case.person, "CDI-1", date(2014, 1, 1))
    letter = session.scalars(
        select(models.MissionLetter).where(models.MissionLetter.convention_id == running.id)
    ).one()
    letter.piece = "CDI-1"
    session.commit()

    plan = run(session, case)
    remove_purged_files(session(), organisation_id=case.organisation_id, storage=case.storage)

    assert [one.reference for one in plan.pieces] == [f"BP-{case.person.code}-2015"]
    assert case.storage.exists(contract)


def test_files_go_after_the_rows_and_a_crash_between_is_made_good(
    session: scoped_session[Session], case: Case
) -> None:
    sha256 = session.scalars(select(models.Piece.sha256)).one()

    run(session, case)

    assert case.storage.exists(sha256), "the program stopped here"
    gone = remove_purged_files(
        session(), organisation_id=case.organisation_id, storage=case.storage
    )
    session.commit()
    assert gone == 1
    assert not case.storage.exists(sha256)
    again = remove_purged_files(
        session(), organisation_id=case.organisation_id, storage=case.storage
    )
    assert again == 0


def test_a_file_that_another_structure_holds_too_stays(
    session: scoped_session[Session], case: Case
) -> None:
    other = add_convention(session(), "X", organisation="Une autre structure")
    sha256 = session.scalars(select(models.Piece.sha256)).one()
    session.add(
        models.Piece(
            organisation_id=other.organisation_id, reference="R", kind="other", sha256=sha256
        )
    )
    session.commit()

    run(session, case)
    remove_purged_files(session(), organisation_id=case.organisation_id, storage=case.storage)

    assert case.storage.exists(sha256)


def test_another_structures_people_are_never_touched(
    session: scoped_session[Session], case: Case
) -> None:
    other = add_convention(
        session(), "FSE-2015", period=Period.year(2015), organisation="Une autre structure"
    )
    other.settings = {"retention_years": "5"}
    settle(session(), other, date(2016, 6, 15))
    neighbour = add_holder(
        session(), add_funded_post(session(), other, "P2"), "Durand", Period.year(2015)
    )
    add_facts(session(), neighbour, 2015, other)
    session.commit()

    run(session, case)

    assert facts_left(session, neighbour) == 8
    session.refresh(neighbour)
    assert neighbour.last_name == "Durand"


def test_a_plan_that_changed_since_it_was_shown_is_not_carried_out(
    session: scoped_session[Session], case: Case
) -> None:
    plan = preview(session, case, NEXT_DAY)
    session.add(
        models.Absence(organisation_id=case.organisation_id, person_id=case.person.id,
                  start_on=date(2015, 9, 1), end_on=date(2015, 9, 2), kind="rtt")
    )  # fmt: skip
    session.commit()

    with pytest.raises(Conflict, match="ont changé depuis l'aperçu"):
        purge(session(), organisation_id=case.organisation_id, as_of=NEXT_DAY, holds=(),
              seen=plan.fingerprint, deed=DEED)  # fmt: skip
    assert facts_left(session, case.person) == 10


def test_without_a_reason_nothing_is_done(session: scoped_session[Session], case: Case) -> None:
    plan = preview(session, case, NEXT_DAY)

    with pytest.raises(Conflict, match="motif"):
        purge(session(), organisation_id=case.organisation_id, as_of=NEXT_DAY, holds=(),
              seen=plan.fingerprint, deed=replace(DEED, reason="  "))  # fmt: skip


def test_the_trail_tells_counts_and_codes_no_name_and_stays_whole(
    session: scoped_session[Session], case: Case
) -> None:
    events = session.scalar(select(func.count(models.AuditEvent.id))) or 0

    run(session, case)

    event = session.scalars(select(models.AuditEvent).order_by(models.AuditEvent.id.desc())).first()
    assert event is not None
    assert session.scalar(select(func.count(models.AuditEvent.id))) == events + 1
    assert (event.action, event.reason) == ("purged", "Fin de conservation")
    assert '"purged.pay_items":1' in (event.after or "")
    assert "A-Durand" in (event.after or "")
    assert "Camille" not in (event.after or "")
    assert not any(chain.report.broken for chain in verify_trail(session()))


def test_a_convention_that_shares_people_and_days_with_a_running_one_stays_whole(
    session: scoped_session[Session], case: Case
) -> None:
    # A grant depends on what the others grant to the same people: their colleagues' pay too.
    running = add_convention(session(), "FSE-2", period=Period(date(2015, 7, 1), date(2017, 1, 1)))
    add_facts(session(), case.person, 2016, running)
    post = session.scalars(select(models.Post)).one()
    colleague = add_holder(session(), post, "Martin", Period.year(2015))
    add_facts(session(), colleague, 2015, case.convention)
    session.commit()

    plan = preview(session, case, NEXT_DAY)

    assert plan.is_empty
    assert "même période" in plan.persons[0].reason


def test_the_claim_of_a_purged_convention_says_why_there_is_none(
    session: scoped_session[Session], case: Case
) -> None:
    run(session, case)

    with pytest.raises(Conflict, match="effacées le 01/01/2022"):
        compute_claim(session(), number="FSE-2015", as_of=NEXT_DAY)


def test_the_terminal_previews_then_purges_what_was_shown(
    session: scoped_session[Session], case: Case, cli: Terminal, app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(datetime(2022, 1, 1, 9, tzinfo=UTC)))
    code = session.get_one(models.Organisation, case.organisation_id).code

    shown = cli("purge", code, exit_code=1).output
    assert "FSE-2015 : terminé" in shown
    assert facts_left(session, case.person) == 9
    seen = shown.split("--confirm ")[1].split()[0]
    assert "motif" in cli("purge", code, "--confirm", seen, exit_code=2).output
    done = cli("purge", code, "--confirm", seen, "--reason", "Fin de conservation").output

    assert "1 fichier" in done
    assert facts_left(session, case.person) == 0
    assert "Rien n'est à effacer" in cli("purge", code).output


def test_the_page_previews_then_purges_what_was_shown(
    session: scoped_session[Session], case: Case, client: FlaskClient, app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(datetime(2022, 1, 1, 9, tzinfo=UTC)))
    account = add_user(session(), email=EMAIL, name="Camille", password=PASSWORD, at=NOW)
    give_role(session(), user_id=account.id, role=Role.ADMINISTRATOR,
              organisation_id=case.organisation_id, start_on=date(2020, 1, 1))  # fmt: skip
    session.commit()
    log_in(client)
    url = f"/structures/{case.organisation_id}/purge"

    page = client.get(url).text
    assert "Durand Camille" in page
    assert "Rien n'est à effacer" in client.get(f"{url}?held=FSE-2015").text
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    told = {"seen": seen, "reason": "Fin de conservation", "understood": "y"}
    assert client.post(url, data={**told, "reason": ""}).status_code == 422
    assert client.post(url, data={**told, "understood": ""}).status_code == 422
    assert client.post(url, data={**told, "seen": "autre"}).status_code == 409
    assert facts_left(session, case.person) == 9
    assert client.post(url, data=told).status_code == 303

    assert facts_left(session, case.person) == 0
    assert not list(case.storage.root.glob("*/*"))
