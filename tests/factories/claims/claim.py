"""Fictional claims built by hand: whoever renders a claim can work and test without the engine.

Persons, numbers and structures are invented. Every figure agrees with every other: parts add up to
bases, amounts to totals, lines to the form, so that a test may recompute any of them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from grants import enums
from grants.money import ZERO, money, round_half_up
from grants.periods import Period, add_months
from grants.rules.basis.explained import Citation, Explained, Input, Source, citations
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.indicators import ClauseJob
from grants.rules.basis.findings import Finding, Place, by_weight
from grants.rules.claims import claim
from tests.factories.claims.lines import DECREE, real_share, sample_lines
from tests.factories.claims.state_table import state_table
from tests.factories.conventions.convention import sample_convention

Kind = Literal["state", "fse"]

FLAT_15 = Citation(
    "Coûts indirects en part des frais de personnel directs",
    "0.15",
    date(2021, 7, 1),
    "Règlement (UE) 2021/1060, article 54, point b)",
    "http://data.europa.eu/eli/reg/2021/1060/oj",
)


def sample_claim(
    kind: Kind, persons: int = 2, months: int = 12, *, findings: bool = True
) -> claim.Claim:
    """Claim of a State post convention or of an FSE+ operation; with findings it is blocked."""
    start = date(2023, 12, 15) if kind == "state" else date(2024, 1, 1)
    period = Period(start, add_months(start, months))
    lines = sample_lines(kind, period, persons, refused=findings)
    return (_state if kind == "state" else _fse)(period, lines, _findings(lines, findings))


def _findings(lines: tuple[claim.ClaimLine, ...], wanted: bool) -> tuple[Finding, ...]:
    out = [line for line in lines if line.reason]
    if not wanted or not out:
        return ()
    line = out[0]
    where = Place(person=line.person_code, month=line.month.isoformat())
    return by_weight(
        [
            Finding(
                "time_sheet_unsigned",
                enums.Severity.BLOCKING,
                f"La feuille de temps de {line.name} n'est pas signée ; deux signatures sont"
                " attendues. Faites signer la feuille.",
                where,
                line.amount.value,
                DECREE,
                (Source("signatures", "3"),),
            ),
            Finding(
                "publicity_missing",
                enums.Severity.WARNING,
                "Aucune preuve de publicité ; une affiche A3 est attendue. Ajoutez sa photo.",
            ),
        ]
    )


def _total(amounts: list[Decimal], formula: str) -> Explained[Decimal]:
    inputs = tuple(Input("line", amount, "€") for amount in amounts[:3])
    return Explained(sum(amounts, ZERO), formula, inputs)


def _persons(
    lines: tuple[claim.ClaimLine, ...], minimum: Decimal | None
) -> tuple[claim.PersonTotal, ...]:
    totals = []
    for person_id in sorted({line.person_id for line in lines}):
        own = [line for line in lines if line.person_id == person_id]
        timed = [line for line in own if line.total_minutes]
        total = sum(line.total_minutes or 0 for line in timed)
        spent = sum(line.operation_minutes or 0 for line in timed)
        totals.append(
            claim.PersonTotal(
                person_id,
                own[0].person_code,
                own[0].name,
                total if timed else None,
                spent if timed else None,
                real_share(spent, total, person_id) if timed else None,
                minimum,
                True,
                ZERO,
                sum((line.amount.value for line in own), ZERO),
                sum((line.retained for line in own), ZERO),
            )
        )
    return tuple(totals)


def _pieces(lines: tuple[claim.ClaimLine, ...]) -> tuple[claim.PieceLine, ...]:
    return tuple(
        claim.PieceLine(
            line.number,
            line.accounting_pieces[0],
            enums.PieceKind.PAYSLIP,
            f"Bulletin de {line.month:%m/%Y}",
            line.name,
            line.period,
            line.base.value,
            line.month.replace(day=28),
            f"{line.number:064x}" if line.number % 4 else "",
            f"bulletins/{line.number:05d}.pdf" if line.number % 4 else "",
            (line.number,),
        )
        for line in lines
    )


def _indicators() -> tuple[claim.IndicatorLine, ...]:
    rows = (Source("valeurs", "2-13"),)
    return (
        claim.IndicatorLine(
            "heures", "Heures d'insertion", "heures", "", Decimal(7000), Decimal("8312.5"),
            Decimal("1.1875"), "Somme des heures déclarées par les entreprises", rows,
        ),
        claim.IndicatorLine(
            "heures", "Heures d'insertion", "heures", "RSA", Decimal(2100), Decimal("1987.25"),
            Decimal("1987.25") / 2100, "Bénéficiaires du RSA à l'entrée", rows,
        ),
        claim.IndicatorLine(
            "personnes", "Personnes en insertion", "personnes", "", None, Decimal(41), None,
            "Personnes distinctes", rows,
        ),
    )  # fmt: skip


def _clause_jobs(period: Period) -> tuple[ClauseJob, ...]:
    return tuple(
        ClauseJob(market=f"M2024-{n:02d} lot {n % 3 + 1}", participant=f"P-{n:04d}",
                  employer="Entreprise fictive", period=period,
                  minutes=60 * (120 + n * 7) + 30, row=n + 1)
        for n in range(1, 6)
    )  # fmt: skip


def _settings(kind: Kind) -> tuple[claim.AppliedSetting, ...]:
    own = Citation("Taux", "0.70" if kind == "state" else "0.50", None, "Convention, article 4")
    return (
        claim.AppliedSetting(
            "rate", "Taux de subvention", "70 %" if kind == "state" else "50 %", own
        ),
        claim.AppliedSetting("month_split", "Coupe d'un mois de paie", "Jours calendaires", DECREE),
    )


def _limit(value: Decimal, formula: str, *inputs: tuple[str, Decimal, str]) -> Explained[Decimal]:
    return Explained(value, formula, tuple(Input(*given) for given in inputs))


def _state(
    period: Period, lines: tuple[claim.ClaimLine, ...], findings: tuple[Finding, ...]
) -> claim.Claim:
    convention = sample_convention("state", period, posts=len({line.person_id for line in lines}))
    terms = convention.terms_on(period.last)
    staff = _total([line.retained for line in lines], "staff_retained")
    cost, rate, fte = staff.value, terms.rate, terms.fte
    ceiling_per_fte = terms.settings.ceiling_per_fte or ZERO
    maximum = terms.maximum or ZERO
    limits = (
        ("rate", _limit(round_half_up(rate * cost), "rate_of_cost", ("rate", rate, "%"),
                        ("eligible_cost", cost, "€"))),
        ("ceiling", _limit(round_half_up(ceiling_per_fte * fte), "ceiling_of_fte",
                           ("ceiling_per_fte", ceiling_per_fte, "€"), ("fte", fte, "ETP"),
                           ("proration", Decimal(1), ""))),
        ("maximum", _limit(maximum, "convention_maximum", ("maximum", maximum, "€"))),
    )  # fmt: skip
    grant = _grant(limits, money("12000.00"), "state_grant")
    resources = (_resource("R1", "Communauté fictive", enums.FunderKind.EPCI, money("9000.00")),)
    table = state_table(lines, grant.due.value, resources)
    return _assembled(convention, period, lines, findings, staff, ZERO, grant, resources, table, ())


def _fse(
    period: Period, lines: tuple[claim.ClaimLine, ...], findings: tuple[Finding, ...]
) -> claim.Claim:
    convention = sample_convention("fse", period, posts=len({line.person_id for line in lines}))
    terms = convention.terms_on(period.last)
    staff = _total([line.retained for line in lines if not line.is_service], "staff_retained")
    services = sum((line.retained for line in lines if line.is_service), ZERO)
    flat = round_half_up(staff.value * Decimal("0.15"))
    cost = staff.value + services + flat
    share = cost / 4
    resources = (
        _resource("R1", "DREETS (fictive)", enums.FunderKind.STATE, round_half_up(share)),
        _resource("R2", "Région fictive", enums.FunderKind.REGION, money("20000.00"),
                  grant_base=money("50000.00"), operation_base=money("40000.00")),
    )  # fmt: skip
    others = sum((line.assigned.value for line in resources), ZERO)
    maximum = terms.maximum or ZERO
    limits = (
        ("rate", _limit(round_half_up(terms.rate * cost), "rate_of_cost",
                        ("rate", terms.rate, "%"), ("eligible_cost", cost, "€"))),
        ("resources", _limit(cost - others, "cost_less_resources", ("eligible_cost", cost, "€"),
                             ("other_resources", others, "€"))),
        ("maximum", _limit(maximum, "convention_maximum", ("maximum", maximum, "€"))),
    )  # fmt: skip
    grant = _grant(limits, money("9000.00"), "fse_balance")
    own = cost - others - grant.due.value
    plan = (
        _plan(enums.BudgetSide.CHARGES, "Dépenses directes de personnel", "180000.00", staff.value),
        _plan(enums.BudgetSide.CHARGES, "Prestations de services", None, services),
        _plan(enums.BudgetSide.CHARGES, "Coûts indirects forfaitaires", "27000.00", flat),
        _plan(enums.BudgetSide.PRODUITS, "FSE+", "103500.00", grant.due.value),
        _plan(enums.BudgetSide.PRODUITS, "Autres ressources", "60000.00", others),
        _plan(enums.BudgetSide.PRODUITS, "Autofinancement", "43500.00", own),
    )
    return _assembled(
        convention, period, lines, findings, staff, services, grant, resources, (), plan
    )


def _plan(
    side: enums.BudgetSide, label: str, conventioned: str | None, realised: Decimal
) -> claim.PlanLine:
    planned = money(conventioned) if conventioned else None
    return claim.PlanLine(side, label, planned, Explained(realised, "plan_line"))


def _grant(
    limits: tuple[tuple[str, Explained[Decimal]], ...], paid: Decimal, formula: str
) -> claim.GrantDue:
    name, lowest = min(limits, key=lambda limit: limit[1].value)
    due = max(ZERO, lowest.value)
    decided = enums.LimitedBy(name) if lowest.value > 0 else enums.LimitedBy.ZERO
    return claim.GrantDue(
        due=Explained(due, formula, tuple(Input(key, limit, "€") for key, limit in limits)),
        limited_by=decided,
        limits=limits,
        already_paid=Explained(paid, "payments", sources=(Source("versements", "2"),)),
        to_pay=Explained(
            due - paid, "to_pay", (Input("due", due, "€"), Input("already_paid", paid, "€"))
        ),
    )


def _resource(
    code: str,
    funder: str,
    kind: enums.FunderKind,
    amount: Decimal,
    *,
    grant_base: Decimal | None = None,
    operation_base: Decimal | None = None,
) -> claim.ResourceLine:
    counted = Explained(amount, "resource_counted", sources=(Source("ressources", "2"),))
    assigned = counted
    if grant_base and operation_base:
        part = min(Decimal(1), operation_base / grant_base)
        assigned = Explained(
            round_half_up(amount * part),
            "assigned_cofunding",
            (
                Input("grant", counted, "€"),
                Input("grant_base", grant_base, "€"),
                Input("operation_base", operation_base, "€"),
            ),
            note="La subvention porte sur une assiette plus large que l'opération.",
        )
    return claim.ResourceLine(
        code, funder, kind, f"Aide au poste {funder}", "", amount, grant_base, operation_base,
        amount, date(2024, 11, 15), counted, assigned, f"NOTIF-{code}",
    )  # fmt: skip


def _flat(staff: Explained[Decimal], *, is_state: bool) -> Explained[Decimal]:
    if is_state:
        return Explained(ZERO, "flat_rate_none")
    rate = Decimal("0.15")
    inputs = (Input("staff", staff, "€"), Input("rate", rate, "%"))
    return Explained(round_half_up(staff.value * rate), "flat_rate_15", inputs, (FLAT_15,))


def _assembled(
    convention: Convention,
    period: Period,
    lines: tuple[claim.ClaimLine, ...],
    findings: tuple[Finding, ...],
    staff: Explained[Decimal],
    services: Decimal,
    grant: claim.GrantDue,
    resources: tuple[claim.ResourceLine, ...],
    table: tuple[claim.TableLine, ...],
    plan: tuple[claim.PlanLine, ...],
) -> claim.Claim:
    is_state = convention.funder_kind is enums.FunderKind.STATE
    flat = _flat(staff, is_state=is_state).value
    cost = Explained(staff.value + services + flat, "eligible_cost", (Input("staff", staff, "€"),))
    return claim.Claim(
        convention=convention,
        kind=enums.ClaimKind.FINAL,
        period=period,
        as_of=date(2025, 3, 31),
        settings=_settings("state" if is_state else "fse"),
        lines=lines,
        persons=_persons(lines, None if is_state else Decimal("0.40")),
        staff=staff,
        services=Explained(services, "services_retained"),
        other_direct=Explained(ZERO, "other_direct"),
        flat=_flat(staff, is_state=is_state),
        eligible_cost=cost,
        retained_cost=cost,
        resources=resources,
        other_resources=_total([line.assigned.value for line in resources], "other_resources"),
        grant=grant,
        table=table,
        plan=plan,
        indicators=_indicators(),
        clause_jobs=() if is_state else _clause_jobs(period),
        pieces=_pieces(lines),
        findings=findings,
        citations=tuple(citations([line.amount for line in lines] + [cost])) or (DECREE,),
    )
