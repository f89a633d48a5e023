"""The claim page and the breakdown of every figure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from exports.kit.quantities import quantity
from grants.enums import ClaimKind, LimitedBy
from grants.french import euros
from grants.periods import FOREVER, Period
from grants.rules.basis.findings import Finding, Place
from tests.factories.claims.claim import Kind, sample_claim
from tests.factories.platform.rows import add_convention
from tests.integration.conftest import Shown

NARROW = "\u202f"
FIGURE = re.compile(r'href="(/conventions/\d+/bilan/calcul/[^"]+)"')


@pytest.mark.parametrize("kind", ["state", "fse"])
def test_the_claim_page_shows_every_total_of_the_claim(
    visitor: FlaskClient, shown: Shown, kind: Kind
) -> None:
    claim = sample_claim(kind)

    page = visitor.get(shown(claim)).text

    for figure in (
        claim.eligible_cost, claim.flat, claim.other_resources, claim.grant.due,
        claim.grant.already_paid, claim.grant.to_pay,
    ):  # fmt: skip
        assert quantity(figure.value, figure.unit) in page
    assert ("le taux" in page) or ("le montant maximum" in page) or ("le plafond" in page)


def test_findings_stand_first_by_euros_at_risk_with_words_and_link(
    visitor: FlaskClient, shown: Shown
) -> None:
    claim = sample_claim("fse")

    page = visitor.get(shown(claim)).text
    findings = page[page.index('id="constats"') : page.index('id="subvention"')]

    assert findings.index("Bloquant") < findings.index("Avertissement")
    assert "time_sheet_unsigned" in findings
    assert "person=A001" in unescape(findings)
    assert "mois 02/2024" in findings
    assert "legifrance.gouv.fr" in findings
    assert "NE PAS DÉPOSER" in page


def test_a_claim_without_findings_says_that_nothing_stands_against_it(
    visitor: FlaskClient, shown: Shown
) -> None:
    page = visitor.get(shown(sample_claim("fse", findings=False))).text

    assert "rien ne s'oppose au dépôt" in unescape(page)
    assert "NE PAS DÉPOSER" not in page


@pytest.mark.parametrize("kind", ["state", "fse"])
def test_every_figure_opens_a_breakdown_down_to_its_last_term(
    visitor: FlaskClient, shown: Shown, kind: Kind
) -> None:
    address = shown(sample_claim(kind, persons=5, months=2))
    to_open = set(FIGURE.findall(unescape(visitor.get(address).text)))
    opened: set[str] = set()

    while to_open:
        link = to_open.pop()
        opened.add(link)
        answer = visitor.get(link)
        assert answer.status_code == 200, link
        to_open |= set(FIGURE.findall(unescape(answer.text))) - opened

    assert len(opened) > 20
    assert any(link.count("/") > 7 for link in opened)


def test_a_breakdown_shows_formula_terms_text_and_rows(visitor: FlaskClient, shown: Shown) -> None:
    claim = sample_claim("fse")
    share = claim.lines[0].share
    assert share is not None

    page = visitor.get(f"{shown(claim)}/calcul/lines/1/amount/2").text

    assert "heures sur l'opération ÷" in unescape(page)
    assert "Décret n° 2022-608" in page
    assert "23/04/2022" in page
    assert "feuille « feuilles_temps », lignes 20-39" in page
    assert "BUL-00001" in page


@pytest.mark.parametrize(
    "path",
    [
        "nothing", "lines", "lines/1", "lines/0/amount", "lines/999/amount", "lines/1/post",
        "lines/1/amount/0", "lines/1/amount/9", "lines/1/amount/x", "lines/1/amount/-1",
        "lines/²/amount", "grant", "grant/limits", "grant/limits/no", "resources/9/counted",
        "staff/1", "persons/2/share", "table/1", "__class__", "lines/1/__class__", "grant/due/1/7",
        f"lines/{'9' * 5000}/amount",
    ],
)  # fmt: skip
def test_an_address_without_figure_is_a_page_not_found(
    visitor: FlaskClient, shown: Shown, path: str
) -> None:
    answer = visitor.get(f"{shown(sample_claim('fse'))}/calcul/{path}")

    assert answer.status_code == 404


def test_lines_stand_under_their_person_with_the_persons_total(
    visitor: FlaskClient, shown: Shown
) -> None:
    claim = sample_claim("fse")

    page = visitor.get(shown(claim)).text

    for person in claim.persons:
        group = page[page.index(f">{person.name}</a></th>") :][:400]
        assert euros(person.retained) in group


def test_lines_narrow_to_a_person_a_month_or_what_is_cut(
    visitor: FlaskClient, shown: Shown
) -> None:
    address = shown(sample_claim("fse"))

    one = visitor.get(f"{address}?person=A002").text
    month = visitor.get(f"{address}?q=02/2024").text
    cut = visitor.get(f"{address}?show=out").text
    none = visitor.get(f"{address}?q=zzz").text

    assert "12 lignes" in one
    assert "2 lignes" in month
    assert "1 lignes" in cut
    assert "feuille de temps non signée" in cut
    assert "Aucune ligne ne correspond" in none


def test_a_claim_of_many_persons_comes_in_pages(visitor: FlaskClient, shown: Shown) -> None:
    address = shown(sample_claim("fse", persons=210, months=6))

    page = visitor.get(f"{address}?page=2").text
    persons = visitor.get(f"{address}/agents?page=2").text
    pieces = visitor.get(f"{address}/pieces").text

    assert f"Page 2 sur 13 – 1{NARROW}260 lignes" in page
    assert page.count('<th scope="row" role="rowheader" class="short">') == 100
    assert "page=3" in page
    assert "Les 210 agents" in page
    assert "Page 2 sur 2 – 210 agents" in persons
    assert f"Page 1 sur 7 – 1{NARROW}260 pièces" in pieces
    assert "BUL-00200" in pieces
    assert "BUL-00201" not in pieces


@pytest.mark.parametrize("sort", ["month", "-base", "amount", "-retained", "-person"])
def test_lines_sort_by_any_column(visitor: FlaskClient, shown: Shown, sort: str) -> None:
    assert visitor.get(f"{shown(sample_claim('fse'))}?sort={sort}").status_code == 200


def test_the_period_is_chosen_by_an_address_that_every_link_keeps(
    visitor: FlaskClient, shown: Shown
) -> None:
    address = shown(sample_claim("fse"))

    page = unescape(visitor.get(f"{address}?from=2024-01-01&to=31/12/2024&kind=interim").text)

    links = FIGURE.findall(page)
    assert links
    assert all("from=2024-01-01&to=31%2F12%2F2024&kind=interim" in link for link in links)
    assert 'name="from"' in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=2024-05-01&to=2024-01-01", "vient avant le premier"),
        ("from=2024-05-01", "Donnez les deux dates"),
        ("to=2024-05-01", "Donnez les deux dates"),
        ("from=hier&to=2024-01-01", "attendu une date comme 15/12/2023."),
        ("from=1999-01-01&to=1999-01-31", "sort de la convention"),
    ],
)
def test_a_period_that_cannot_be_is_explained_at_its_field(
    visitor: FlaskClient, shown: Shown, query: str, told: str
) -> None:
    answer = visitor.get(f"{shown(sample_claim('fse'))}?{query}")

    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert 'aria-invalid="true"' in answer.text


def test_a_claim_without_expenses_says_where_to_look(visitor: FlaskClient, shown: Shown) -> None:
    empty = replace(sample_claim("fse"), lines=(), persons=(), findings=(), pieces=())

    assert "Aucune dépense sur cette période" in visitor.get(shown(empty)).text


def test_money_to_give_back_is_called_so(visitor: FlaskClient, shown: Shown) -> None:
    claim = sample_claim("fse")
    back = replace(claim.grant.to_pay, value=-claim.grant.to_pay.value)
    owed = replace(claim, grant=replace(claim.grant, to_pay=back, limited_by=LimitedBy.ZERO))

    page = visitor.get(shown(owed)).text

    assert "À reverser" in page
    assert "rien à verser" in page


def test_names_in_a_claim_never_become_markup(visitor: FlaskClient, shown: Shown) -> None:
    attack = "<script>alert(1)</script>"
    claim = sample_claim("fse")
    finding = Finding(attack, claim.findings[0].severity, attack, Place(person=attack, post=attack))
    line = replace(claim.lines[0], last_name=attack, reason=attack, accounting_pieces=(attack,))
    hostile = replace(claim, findings=(finding,), lines=(line, *claim.lines[1:]))
    address = shown(hostile)

    for page in (address, f"{address}/calcul/lines/1/amount", f"{address}?q={attack}"):
        assert attack not in visitor.get(page).text


def test_the_convention_page_shows_the_grant_due_and_opens_it(
    visitor: FlaskClient, shown: Shown
) -> None:
    claim = sample_claim("fse")
    address = shown(claim).removesuffix("/bilan")

    page = visitor.get(address).text

    assert euros(claim.grant.due.value) in page
    assert f"{address}/bilan/calcul/grant/due" in page
    assert f"{address}/bilan?from=2024-01-01&to=2024-12-31&kind={ClaimKind.FINAL}" in unescape(page)


def test_an_unknown_conventions_claim_is_not_found(visitor: FlaskClient) -> None:
    for tail in ("", "/calcul/staff", "/fichiers/claim.json", "/agents"):
        assert visitor.get(f"/conventions/999/bilan{tail}").status_code == 404


def test_a_claim_computed_by_the_engine_opens_from_the_address_alone(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(
        session(), "A/1 n° 2", period=Period(date(2023, 12, 15), date(2024, 12, 15))
    )
    session.commit()
    address = f"/conventions/{row.id}/bilan"

    page = visitor.get(address).text

    assert "Bilan final A/1 n° 2" in page
    for link in FIGURE.findall(unescape(page)):
        assert visitor.get(link).status_code == 200, link


def test_a_convention_without_end_asks_for_the_period(
    visitor: FlaskClient, session: scoped_session[Session]
) -> None:
    row = add_convention(session(), "OPEN", period=Period(date(2024, 1, 1), FOREVER))
    session.commit()
    address = f"/conventions/{row.id}/bilan"

    asked = visitor.get(address)

    assert asked.status_code == 422
    assert 'name="from"' in asked.text
    assert "donnez les dates du bilan" in unescape(asked.text)
    assert visitor.get(f"{address}/calcul/staff").status_code == 409


def test_a_sum_of_lines_opens_each_of_them(visitor: FlaskClient, shown: Shown) -> None:
    claim = sample_claim("fse", persons=3, months=2)
    address = shown(claim)

    staff = visitor.get(f"{address}/calcul/eligible_cost/1").text
    services = visitor.get(f"{address}/calcul/services").text

    for line in claim.lines:
        link = f"calcul/lines/{line.number}/amount"
        assert (link in services, link in staff) == (line.is_service, not line.is_service)
