"""European funds as a case of law names them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from grants.enums import FunderKind
from grants.parameters.loader import Frame, european_frame

Fund = Literal["fse_plus", "fse_2014_2020"]
_KINDS = {"fse_plus": FunderKind.FSE_PLUS, "fse_2014_2020": FunderKind.FSE}


def frame_of(fund: Fund | None, on: date) -> Frame:
    """Whose texts apply; where nobody names the fund, that of operations which begin on the day.

    Example:
    >>> frame_of("fse_2014_2020", date(2023, 1, 1)).fund, frame_of(None, date(2023, 1, 1)).fund
    ('fse', 'fse_plus')
    """
    return european_frame(on) if fund is None else Frame(_KINDS[fund].value)
