"""What the fund's own texts allow: its days, its flat rates, costs at real cost beside them."""

from __future__ import annotations

from grants.enums import FlatRateProfile, Severity
from grants.french import day_fr, euros, percent, span_fr
from grants.labels import label
from grants.money import ZERO, round_half_up
from grants.parameters.loader import day_figure, find_figure, fund_opens
from grants.rules.basis.explained import citation
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import law_figure, place, rows_of
from grants.rules.checks.thresholds import UNIT_COSTS, total_cost
from grants.rules.claims.grant import rate_of
from grants.rules.claims.indirect_costs import costs_at_rate, flat_figure

# Profiles whose base or whose flat amount leaves no direct cost beside it.
WITHOUT_OTHER_COSTS = frozenset(
    {FlatRateProfile.DIRECT_7, FlatRateProfile.DIRECT_25, FlatRateProfile.STAFF_40}
)

FUND_NOT_OPEN = finding_kind(
    "fund_not_open",
    Chapter.CLAIM,
    severity=Severity.BLOCKING,
    title="Opération d'avant son fonds",
    remedy="corrigez `debut` dans `conventions`, ou le `type` du financeur (`FSE` avant 2021)",
)
DAYS_AFTER_FUND = finding_kind(
    "days_after_fund",
    Chapter.CLAIM,
    severity=Severity.BLOCKING,
    title="Jours d'après la fin du fonds",
    remedy="le fonds ne paie plus ces jours : corrigez `fin`, ou le `type` du financeur",
)


@finds(FUND_NOT_OPEN, DAYS_AFTER_FUND)
def check_days_of_fund(checked: Checked) -> list[Finding]:
    """An operation that begins before its fund, or days of a claim after the fund's last.

    Law: règlement (UE) 2021/1060, article 63.2; règlement 1303/2013, article 65.2.
    """
    convention, period = checked.convention, checked.claim.period
    opens = fund_opens(convention.funder_kind.value)
    if opens is None:
        return []
    due, rows = checked.claim.grant.due.value, rows_of("conventions", [convention.row])
    where, fund = place(checked), label(convention.funder_kind)
    if convention.period.start < opens.value:
        message = (
            f"L'opération commence le {day_fr(convention.period.start)} ; le {fund} n'existe que "
            f"depuis le {day_fr(opens.value)}, aucun de ses textes ne vaut avant. Corrigez le "
            f"premier jour de la convention, ou le type de son financeur."
        )
        source = citation(opens)
        return [FUND_NOT_OPEN.finding(message, where, amount=due, source=source, rows=rows)]
    last = day_figure("eligible_until", convention.period.start, convention.frame)
    if period.last <= last.value:
        return []
    message = (
        f"Le bilan va {span_fr(period)} ; le {fund} paie les dépenses jusqu'au "
        f"{day_fr(last.value)}. Ramenez la fin à ce jour, ou corrigez le type du financeur."
    )
    source = citation(last)
    return [DAYS_AFTER_FUND.finding(message, where, amount=due, source=source, rows=rows)]


FLAT_RATE_UNKNOWN = finding_kind(
    "flat_rate_unknown",
    Chapter.THRESHOLDS,
    severity=Severity.BLOCKING,
    title="Forfait que le fonds ne connaît pas",
    remedy="choisissez un `forfait` que le fonds ouvre (15 % ou 40 % du personnel), par avenant",
)


@finds(FLAT_RATE_UNKNOWN)
def check_flat_rate(checked: Checked) -> list[Finding]:
    """A flat rate that no text of the operation's fund knows: nothing is added for it.

    Law: 7 % are of FSE+ alone (règlement (UE) 2021/1060, article 54 a), 20 % of direct costs of FSE
    2014-2020 alone (arrêté du 1er avril 2016).
    """
    convention = checked.convention
    profile = convention.terms[0].settings.flat_rate_profile
    if profile is FlatRateProfile.NONE or flat_figure(convention) is not None:
        return []
    message = (
        f"Forfait « {label(profile)} » : aucun texte du {label(convention.funder_kind)} ne l'ouvre "
        f"à une opération commencée le {day_fr(convention.period.start)} ; le bilan n'en retient "
        f"rien. {_instead(checked)}Choisissez un forfait que le fonds connaît, par avenant."
    )
    return [FLAT_RATE_UNKNOWN.finding(message, place(checked))]


def _instead(checked: Checked) -> str:
    """What 15 % of staff, which both funds know, would give."""
    convention, staff = checked.convention, checked.claim.staff.value
    rate = find_figure("flat_rate_15", convention.period.start, convention.frame)
    if rate is None or staff <= ZERO:
        return ""
    costs = costs_at_rate(
        FlatRateProfile.STAFF_15, rate, staff=staff, other_direct=ZERO, services=ZERO
    )
    return f"{percent(rate.value)} du personnel donneraient {euros(costs.flat)}. "


REAL_COSTS_BESIDE = finding_kind(
    "real_costs_beside",
    Chapter.THRESHOLDS,
    severity=Severity.BLOCKING,
    title="Coûts réels hors de la base du forfait",
    remedy=(
        "opération FSE+ de 200 000 € au plus : retirez ces dépenses de `budgets`, ou prenez un "
        "forfait qui les couvre (40 % du personnel) ou les a pour base (7 %)"
    ),
)


@finds(REAL_COSTS_BESIDE)
def check_real_costs(checked: Checked) -> list[Finding]:
    """Costs at real cost that are no base of a flat rate, on a small FSE+ operation.

    Law: règlement (UE) 2021/1060, article 53.2: up to 200 000 € every cost is simplified but those
    that are the base of a flat rate; an operation that is a State aid is left out.
    """
    claim, settings = checked.claim, checked.convention.terms[0].settings
    profile, limit = settings.flat_rate_profile, law_figure(checked, "simplified_costs_threshold")
    is_simplified = profile is not FlatRateProfile.NONE or settings.valuation in UNIT_COSTS
    beside = claim.other_direct.value + claim.services.value
    if limit is None or profile in WITHOUT_OTHER_COSTS or not is_simplified or beside <= ZERO:
        return []
    cost = total_cost(checked)
    if not ZERO < cost <= limit.value:
        return []
    message = (
        f"{euros(beside)} à coût réel hors de la base du forfait « {label(profile)} », pour une "
        f"opération FSE+ de {euros(cost)} ; jusqu'à {euros(limit.value)}, seule la base du forfait "
        f"peut être à coût réel (sauf aide d'État). Retirez ces dépenses, ou demandez un forfait "
        f"qui les couvre."
    )
    lost = round_half_up(beside * rate_of(checked.terms))
    return [REAL_COSTS_BESIDE.finding(message, place(checked), amount=lost, source=citation(limit))]
