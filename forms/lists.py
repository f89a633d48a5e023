"""What list pages share: forms sent by GET, so that their address can be kept and passed on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from flask_wtf import FlaskForm
from wtforms.fields import SelectChoice

from grants.labels import label

FIRST_YEAR, LAST_YEAR = 1990, 2200  # anything else is a slip of the keyboard
ALL = SelectChoice("", "Tous")
ALL_FEMININE = SelectChoice("", "Toutes")


def member_choices(kind: type[StrEnum]) -> list[SelectChoice]:
    """A closed list as the options of a select."""
    return [SelectChoice(member.value, label(member)) for member in kind]


def name_choices(names: Iterable[str], first: SelectChoice = ALL) -> list[SelectChoice]:
    """« Tous » or « Toutes », then each name once, in order."""
    return [first, *(SelectChoice(name, name) for name in sorted(set(names)))]


class GetForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A form that only reads: no token, its fields stand in the address."""

    class Meta:
        """Settings of WTForms."""

        csrf = False
