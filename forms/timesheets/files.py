"""Time sheets that come back as files: a filled workbook, a scan of what was signed on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from forms.asking import SHEET_REASON
from forms.claims import DayField
from grants.rules.timesheets.sheet import Place

NAME_MAX = 200
MOST_CELLS = 20_000


class WorkbookForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A filled workbook."""

    file = FileField(
        "Classeur rempli",
        description="Le fichier téléchargé ici, enregistré en .xlsx ou .ods ; 5 Mo au plus.",
        render_kw={"accept": ".xlsx,.ods,.xls"},
    )


class AcceptForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """What the preview showed, handed back to be written."""

    accepted = HiddenField()


class ScanForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A sheet that was signed by hand."""

    scan = FileField(
        "Feuille signée numérisée",
        description="Un PDF, une image JPEG ou PNG ; 10 Mo au plus.",
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png"},
    )
    signed_by_person_on = DayField(
        "Signée par l'agent le",
        validators=[InputRequired("Donnez le jour écrit sur la feuille, comme 03/02/2025.")],
        description="Au plus tôt le dernier jour travaillé du mois.",
    )
    signed_by_manager_on = DayField(
        "Signée par le responsable le",
        validators=[InputRequired("Donnez le jour écrit sur la feuille, comme 04/02/2025.")],
        description="Le même jour que l'agent, ou après.",
    )
    manager = StringField(
        "Nom du responsable",
        [
            InputRequired("Donnez le nom du responsable qui a signé."),
            Length(max=NAME_MAX, message=f"{NAME_MAX} caractères au plus."),
        ],
        render_kw={"autocomplete": "off"},
    )
    reason = TextAreaField(
        "Motif du remplacement",
        [Optional(), Length(*SHEET_REASON, "De {} à {} caractères.".format(*SHEET_REASON))],
        description="Seulement si la feuille est déjà signée, ici ou sur papier.",
        render_kw={"rows": 2},
    )

    @property
    def days(self) -> tuple[date, date]:
        """Days of both signatures, the person's first.

        Raises: ValueError: the form was not found valid.
        """
        person_on, manager_on = self.signed_by_person_on.data, self.signed_by_manager_on.data
        if person_on is None or manager_on is None:
            raise ValueError("no days")
        return person_on, manager_on


@dataclass(frozen=True, slots=True)
class MonthCells:
    """Cells and comments of a month, as they go to and fro in a hidden field."""

    month: date
    version: int
    cells: Mapping[Place, int] = field(default_factory=dict)
    comments: Mapping[date, str] = field(default_factory=dict)


def month_cells_text(months: list[MonthCells]) -> str:
    """What is to be written, as text; ``read_month_cells`` reads it back."""
    return json.dumps(
        [
            {
                "month": one.month.isoformat(),
                "version": one.version,
                "cells": [[key, day.isoformat(), count] for (key, day), count in one.cells.items()],
                "comments": [[day.isoformat(), text] for day, text in one.comments.items()],
            }
            for one in months
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read_month_cells(text: str) -> list[MonthCells]:
    """Months of the hidden field.

    Raises: ValueError: it was changed on its way.
    Example:
    >>> kept = [MonthCells(date(2025, 1, 1), 3, {("0-other", date(2025, 1, 6)): 60})]
    >>> read_month_cells(month_cells_text(kept)) == kept
    True
    """
    try:
        loaded = json.loads(text)
        if not isinstance(loaded, list) or not loaded:
            raise ValueError(text)
        found = [_month(one) for one in loaded]
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(text) from error
    if sum(len(one.cells) for one in found) > MOST_CELLS:
        raise ValueError(text)
    return found


def _month(one: Mapping[str, list[list[str]]]) -> MonthCells:
    return MonthCells(
        date.fromisoformat(str(one["month"])),
        int(str(one["version"])),
        {(str(key), date.fromisoformat(day)): int(count) for key, day, count in one["cells"]},
        {date.fromisoformat(day): str(said) for day, said in one["comments"]},
    )
