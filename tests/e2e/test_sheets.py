"""A facilitator's month in a real browser: filled, corrected, signed, with and without scripts."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from grants.rules.timesheets.hours import InvalidHours, parse_hours
from tests.e2e.conftest import DESKTOP
from tests.e2e.sheet_desk import COLLEAGUE, MANAGER, Office, SheetSite, eventually
from tests.e2e.test_site import barriers

pytestmark = pytest.mark.browser
TUESDAY, WEDNESDAY = date(2025, 1, 7), date(2025, 1, 8)
OPERATION = "FSE-1-Métropole fictive, Accompagner les maîtres d'ouvrage"
ELSEWHERE = "0-other"
MOST_ACTIONS = 15


def test_a_month_is_filled_and_signed_in_few_actions(either_page: Page, office: Office) -> None:
    site = SheetSite(either_page, office).enter()

    site.click(either_page.get_by_role("link", name="Mois précédent"))
    site.fill(site.cell("mardi 7 janvier", OPERATION), "5,5")
    site.fill(site.cell("mardi 7 janvier"), "1h30")
    site.click(either_page.get_by_role("button", name="Confirmer et signer"))

    either_page.get_by_text("2025 est signée").wait_for()
    assert site.actions <= MOST_ACTIONS
    assert office.minutes(TUESDAY) == {
        f"{office.desk.operation_id}-support_buyers": 330,
        ELSEWHERE: 90,
    }
    assert office.minutes(WEDNESDAY) == {
        f"{office.desk.operation_id}-support_buyers": 240,
        ELSEWHERE: 180,
    }
    assert either_page.get_by_role("textbox").count() == 1, "the reason of a reprise alone"
    assert site.complaints == []


def test_a_signature_is_taken_back_with_a_reason_and_given_again(
    either_page: Page, office: Office
) -> None:
    site = SheetSite(either_page, office).enter().open_month()
    either_page.get_by_role("button", name="Confirmer et signer").click()

    either_page.get_by_label("Motif", exact=True).fill("La réunion du 7 manquait.")
    either_page.get_by_role("button", name="Reprendre ma signature").click()
    site.cell("mardi 7 janvier").fill("4")
    either_page.get_by_role("button", name="Signer le mois").click()

    either_page.get_by_text("2025 est signée").wait_for()
    either_page.get_by_text("Historique (3)").click()
    assert either_page.get_by_text("Motif : La réunion du 7 manquait.").is_visible()
    assert either_page.get_by_text("Signée par l'agent", exact=True).count() == 2


def test_a_manager_reopens_one_day_and_the_agent_signs_again(
    either_page: Page, office: Office
) -> None:
    site = SheetSite(either_page, office).enter().open_month()
    either_page.get_by_role("button", name="Confirmer et signer").click()
    either_page.get_by_role("button", name="Se déconnecter").click()

    site.enter(MANAGER).open_month()
    either_page.get_by_role("link", name="Rouvrir").click()
    either_page.get_by_label("Un seul jour").fill("2025-01-07")
    either_page.get_by_label("Motif").fill("La réunion du 7 manque.")
    either_page.get_by_role("button", name="Rouvrir").click()
    either_page.get_by_role("button", name="Se déconnecter").click()

    site.enter().open_month()
    assert site.cell("mercredi 8 janvier").count() == 0
    site.cell("mardi 7 janvier").fill("2")
    either_page.get_by_role("button", name="Signer le mois").click()
    either_page.get_by_text("2025 est signée").wait_for()
    assert office.minutes(TUESDAY)[ELSEWHERE] == 120
    either_page.get_by_text("Historique (3)").click()
    assert either_page.get_by_text("Motif : La réunion du 7 manque.").is_visible()


@pytest.mark.parametrize("bad", ["25", "-1", "abc"])
def test_what_is_refused_stays_in_its_cell_with_its_message(
    either_page: Page, office: Office, bad: str
) -> None:
    site = SheetSite(either_page, office).enter().open_month()

    site.cell("mardi 7 janvier").fill(bad)
    site.cell("mercredi 8 janvier").fill("6:15")
    either_page.get_by_role("button", name="Enregistrer", exact=True).click()

    cell = site.cell("mardi 7 janvier")
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(cell).to_have_value(bad)
    described = cell.get_attribute("aria-describedby")
    message = either_page.locator(f'[id="{described}"]').inner_text()
    assert f"« {bad} »" in message
    eventually(lambda: office.minutes(WEDNESDAY).get(ELSEWHERE), 375)
    assert ELSEWHERE not in office.minutes(TUESDAY)


def test_somebody_elses_sheet_is_not_found(agent: SheetSite, office: Office) -> None:
    agent.open(f"/feuilles/{office.other.person_id}/2025-01")

    agent.heading("Page introuvable").wait_for()


def test_cells_save_by_themselves_and_say_so(agent: SheetSite, office: Office) -> None:
    agent.cell("mardi 7 janvier").fill("7h30")
    agent.page.keyboard.press("Tab")

    agent.saved()
    expect(agent.cell("mardi 7 janvier")).to_have_value("7,50")
    eventually(lambda: office.minutes(TUESDAY).get(ELSEWHERE), 450)
    agent.page.reload()
    expect(agent.cell("mardi 7 janvier")).to_have_value("7,50")


def test_totals_follow_while_one_types(agent: SheetSite) -> None:
    month, line = hours(agent.total()), hours(agent.total("Hors opération"))

    agent.cell("mardi 7 janvier").click()
    agent.page.keyboard.type("4")

    assert hours(agent.total()) == month + 1
    over = agent.page.locator("[data-day='2025-01-07']")
    expect(over).to_have_text("8")
    expect(over).to_have_class(re.compile(r"\bover\b"))
    assert hours(agent.total("Hors opération")) == line + 1


def hours(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def test_confirming_a_day_a_week_and_all_needs_no_new_page(
    agent: SheetSite, office: Office
) -> None:
    page = agent.page
    page.evaluate("window.sameDocument = true")

    page.get_by_role("button", name="Confirmer mardi 7 janvier").click()
    page.get_by_text("1 jour confirmé").wait_for()
    one = office.minutes(TUESDAY), office.minutes(WEDNESDAY)
    page.get_by_role("button", name="Confirmer la semaine du 6–12").click()
    page.get_by_text("4 jours confirmés").wait_for()
    page.get_by_role("button", name="jours proposés").click()
    page.get_by_text("15 jours confirmés").wait_for()

    assert sum(one[0].values()) == 420
    assert one[1] == {}
    assert page.locator("tbody td.ask").count() == 0
    assert page.evaluate("window.sameDocument") is True


def test_the_grid_is_walked_and_filled_by_keyboard_alone(agent: SheetSite, office: Office) -> None:
    press = agent.page.keyboard.press
    agent.cell("mardi 7 janvier", OPERATION).focus()

    press("ArrowRight")
    expect(agent.cell("mercredi 8 janvier", OPERATION)).to_be_focused()
    press("ArrowDown")
    expect(agent.cell("mercredi 8 janvier")).to_be_focused()
    press("Shift+Enter")
    press("ArrowLeft")
    expect(agent.cell("mardi 7 janvier", OPERATION)).to_be_focused()
    agent.page.keyboard.type("3,25")
    press("Enter")
    press("Control+d")
    expect(agent.cell("mardi 7 janvier")).to_have_value("3,25")
    press("ArrowRight")
    press("Control+r")
    expect(agent.cell("mercredi 8 janvier")).to_have_value("3,25")
    agent.saved()
    agent.page.keyboard.type("9")
    press("Escape")
    expect(agent.cell("mercredi 8 janvier")).to_have_value("3,25")
    eventually(lambda: office.minutes(WEDNESDAY).get(ELSEWHERE), 195)


def test_two_people_at_once_are_told_and_lose_nothing(
    agent: SheetSite, office: Office, browser: Browser
) -> None:
    second = browser.new_context(viewport=DESKTOP).new_page()
    other = SheetSite(second, office).enter().open_month()
    other.cell("mardi 7 janvier").fill("2")
    other.page.keyboard.press("Tab")
    other.saved()

    agent.cell("mercredi 8 janvier").fill("5")
    agent.cell("mardi 7 janvier").fill("6")
    agent.page.keyboard.press("Tab")

    agent.page.get_by_text("Refusé :").wait_for()
    expect(agent.cell("mardi 7 janvier")).to_have_value("6")
    assert "2\u00a0h" in agent.page.locator(".cell-errors").inner_text()
    eventually(lambda: office.minutes(TUESDAY).get(ELSEWHERE), 120)
    eventually(lambda: office.minutes(WEDNESDAY).get(ELSEWHERE), 300)
    second.context.close()


def test_comments_save_by_themselves_and_are_not_overwritten_unseen(
    agent: SheetSite, office: Office, browser: Browser
) -> None:
    second = browser.new_context(viewport=DESKTOP).new_page()
    other = SheetSite(second, office).enter().open_month()
    for site, text in ((other, "Réunion à Niort"), (agent, "Formation")):
        site.page.locator("summary", has_text="Commentaires").click()
        site.page.get_by_role("textbox", name="mardi 7 janvier", exact=True).fill(text)
        site.page.keyboard.press("Tab")
        site.page.get_by_text("Enregistré à" if site is other else "Refusé").wait_for()

    note = agent.page.get_by_role("textbox", name="mardi 7 janvier", exact=True)
    expect(note).to_have_value("Formation")
    assert "Réunion à Niort" in agent.page.locator(".comments .field-errors").inner_text()
    note.fill("Formation, réunion à Niort")
    agent.page.keyboard.press("Tab")
    agent.saved()
    agent.page.reload()
    agent.page.locator("summary", has_text="Commentaires (1)").click()
    expect(note).to_have_value("Formation, réunion à Niort")
    second.context.close()


def test_what_was_typed_while_offline_is_sent_afterwards(agent: SheetSite, office: Office) -> None:
    agent.page.context.set_offline(True)
    agent.cell("mardi 7 janvier").fill("4")
    agent.page.keyboard.press("Tab")
    agent.page.get_by_text("Hors ligne : sera renvoyé").wait_for()

    agent.page.context.set_offline(False)

    agent.saved()
    eventually(lambda: office.minutes(TUESDAY).get(ELSEWHERE), 240)


def test_a_button_pressed_while_offline_is_obeyed_afterwards(
    agent: SheetSite, office: Office
) -> None:
    agent.page.context.set_offline(True)
    agent.page.get_by_role("button", name="Confirmer mardi 7 janvier").click()
    agent.page.get_by_text("Hors ligne : sera renvoyé").wait_for()
    agent.cell("mercredi 8 janvier").fill("4")
    agent.page.keyboard.press("Tab")

    agent.page.context.set_offline(False)

    agent.page.get_by_text("1 jour confirmé").wait_for()
    eventually(lambda: sum(office.minutes(TUESDAY).values()), 420)
    eventually(lambda: office.minutes(WEDNESDAY).get(ELSEWHERE), 240)


def test_leaving_with_unsaved_cells_asks_first(agent: SheetSite) -> None:
    asked: list[str] = []
    agent.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    agent.page.route("**/cellules", lambda route: route.abort())
    agent.cell("mardi 7 janvier").fill("4")

    agent.open("/compte")

    assert asked == ["beforeunload"]


def test_a_session_that_ended_keeps_what_is_typed_and_sends_it_after_the_next_log_in(
    agent: SheetSite, office: Office
) -> None:
    tab = agent.page.context.new_page()
    elsewhere = SheetSite(tab, office).open("/compte")
    tab.get_by_role("button", name="Se déconnecter").click()
    agent.cell("mardi 7 janvier").fill("4")
    agent.page.keyboard.press("Tab")
    agent.page.get_by_text("Session terminée").wait_for()

    elsewhere.enter()
    agent.page.get_by_role("button", name="Enregistrer", exact=True).click()

    agent.saved()
    eventually(lambda: office.minutes(TUESDAY).get(ELSEWHERE), 240)


def test_closed_days_are_text_and_named(agent: SheetSite) -> None:
    assert agent.cell("lundi 20 janvier, Congés payés").count() == 0
    heading = agent.page.get_by_role("columnheader", name="lundi 20 janvier, Congés payés")
    assert heading.count() == 1
    assert agent.cell("samedi 4 janvier, Week-end").count() == 1


def test_the_page_reads_hours_as_the_server_does(agent: SheetSite) -> None:
    texts = [
        "7,5", "7.5", "7:30", "7h30", "7 h", "7h", ".25", ",25", "0,33", "450 min", "90m", "", " ",
        "24", "24,01", "25", "-1", "abc", "7:60", "1:5", "7,", ",", "1e3", "0,008", "0,009", "7h5m",
        "١", "7,5h", "12,345678", "1.234,5", "999999999", "7:", "+7",
    ]  # fmt: skip
    read = agent.page.evaluate(
        """async (texts) => {
            const script = document.querySelector("script[type=module]");
            const hours = await import(new URL("sheets-hours.js", script.src));
            return texts.map((text) => hours.minutesOf(text));
        }""",
        texts,
    )

    assert dict(zip(texts, read, strict=True)) == {text: _minutes(text) for text in texts}


def _minutes(text: str) -> int | None:
    try:
        return parse_hours(text)
    except InvalidHours:
        return None


def test_a_manager_reads_and_a_colleague_does_not(page: Page, office: Office) -> None:
    SheetSite(page, office).enter(MANAGER).open_month()
    assert page.locator("table input").count() == 0
    assert barriers(page) == []
    page.get_by_role("button", name="Se déconnecter").click()

    SheetSite(page, office).enter(COLLEAGUE).open(office.path())

    page.get_by_role("heading", name="Page introuvable").wait_for()
