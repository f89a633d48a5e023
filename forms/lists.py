"""What list pages share: forms sent by GET, so that their address can be kept and passed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, SearchField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, ValidationError

from grants.labels import label

FIRST_YEAR, LAST_YEAR = 1990, 2200  # anything else is a slip of the keyboard
ALL = SelectChoice("", "Tous")
ALL_FEMININE = SelectChoice("", "Toutes")
WORDS_MAX = 100
UNKNOWN_ORDER = "Cet ordre n'existe pas : la liste est dans son ordre habituel."


def member_choices(kind: type[StrEnum]) -> list[SelectChoice]:
    """A closed list as the options of a select."""
    return [SelectChoice(member.value, label(member)) for member in kind]


def name_choices(names: Iterable[str], first: SelectChoice = ALL) -> list[SelectChoice]:
    """« Tous » or « Toutes », then each name once, in order."""
    return [first, *(SelectChoice(name, name) for name in sorted(set(names)))]


def words(title: str, most: int = WORDS_MAX) -> SearchField:
    """Text that is looked for."""
    return SearchField(title, [Length(max=most, message=f"{most} caractères au plus.")])


def typed(text: str | None) -> str | None:
    """Text without the characters that no keyboard types: PostgreSQL refuses one of them.

    Example:
    >>> typed(" a\\0b ")
    'ab'
    """
    return text and "".join(letter for letter in text if letter.isprintable()).strip()


class GetForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A form that only reads: no token, its fields stand in the address."""

    class Meta:
        """Settings of WTForms."""

        csrf = False

    def __init__(self, formdata: MultiDict[str, str] | None = None, **more: object) -> None:
        found = formdata.items(multi=True) if formdata is not None else ()
        super().__init__(MultiDict((name, typed(text)) for name, text in found), **more)

    def given(self) -> dict[str, str]:
        """What of a validated form was sent and is sound, by the name that addresses give it.

        Links are built from this alone: what an address holds besides is no part of the page.
        """
        return {
            field.name: field.raw_data[0]
            for field in self
            if not field.errors and field.raw_data and field.raw_data[0]
        }


class OrderField(HiddenField):  # type: ignore[misc] # wtforms ships no types
    """Key that a list is sorted by; a leading « - » turns it round. Empty is the usual order."""

    def __init__(self, label: str = "Ordre", keys: Sequence[str] = (), **more: object) -> None:
        super().__init__(label, **more)
        self.keys = keys

    def pre_validate(self, form: FlaskForm) -> None:
        """One of the keys that the list offers."""
        if self.data and self.data.removeprefix("-") not in self.keys:
            raise ValidationError(UNKNOWN_ORDER)


class ListForm(GetForm):
    """Form above a list: its own fields narrow the list, ``sort`` orders it."""

    sort = OrderField()

    def sound(self, name: str) -> object:
        """What a field asks for; None where it asks for nothing, or for what cannot be."""
        field: Field = self[name]
        return None if field.errors or field.data in ("", None) else field.data
