"""The workbook of everything: taken away as it stands, brought back, agreed to."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField
from wtforms.validators import Optional

from forms.claims import DayField
from forms.lists import GetForm

ACCEPTED = ".xlsx,.ods,.xls,.csv,.zip,.pdf,.jpg,.jpeg,.png,.docx,.odt"


class DepositForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """What is brought: a workbook, csv files, or a zip of either with its pieces."""

    files = MultipleFileField(
        "Classeur à importer",
        description="Un classeur .xlsx, .ods ou .xls, ou des fichiers .csv, avec les pièces qu'il "
        "nomme ; ou un .zip qui contient le classeur et son dossier « pieces ». 64 Mo au plus.",
        render_kw={"accept": ACCEPTED},
    )


class AgreeForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """What the preview showed, named so that nothing else is written."""

    seen = HiddenField()


class SinceForm(GetForm):
    """From which day the months of the workbook that goes down begin."""

    since = DayField(
        "Heures, absences et paie depuis le",
        name="depuis",
        validators=[Optional()],
        description="Vide : toutes.",
    )
