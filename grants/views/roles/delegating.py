"""What the two pages of delegations share: one's own, and those that an administrator makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.invitations import DelegationForm
from forms.roles import given_day
from grants.enums import Role
from grants.labels import label
from grants.services.roles.delegations import DelegableRole, LentRole, WantedDelegation
from grants.views.edge.asking import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

BETWEEN = ":"


def offer(form: DelegationForm, roles: Sequence[DelegableRole]) -> None:
    """Fill a form with the roles and all who could exercise one of them."""
    people = {number: name for role in roles for number, name in role.substitutes}
    form.offer(
        [
            (
                f"{role.organisation_id}{BETWEEN}{role.role.value}",
                f"{label(role.role)} – {role.organisation}",
            )
            for role in roles
        ],
        sorted(people.items(), key=lambda pair: pair[1]),
    )


def wanted(form: DelegationForm, user_id: int) -> WantedDelegation:
    """What a valid form asks for; nobody chosen is refused by the service."""
    organisation_id, _, role = form.role.data.partition(BETWEEN)
    return WantedDelegation(
        int(organisation_id), Role(role), user_id, int(form.substitute.data or 0),
        given_day(form.first_on), given_day(form.last_on),
    )  # fmt: skip


def ending(role: LentRole, back: str) -> Question:
    """What cancelling does."""
    return Question(
        "Annuler la délégation",
        (
            f"{role.to_name} n'exerce plus, dès maintenant, le rôle « {label(role.role)} » de "
            f"{role.from_name} ({role.organisation}).",
            "Ce qui a été fait sous cette délégation reste.",
        ),
        "Annuler la délégation",
        back,
    )
