"""What is personal in a table, and what ends the life of its rows."""

from __future__ import annotations

from enum import StrEnum

from grants.frozen import frozen


class Retention(StrEnum):
    """What ends the life of a row in a purge."""

    MONTH = "month"  # column « month », a month's index
    DAY = "day"  # column « work_on »
    PERIOD = "period"  # columns « start_on » and « end_on »
    PIECE = "piece"  # by its last known day, with its file
    PERSON = "person"  # pseudonymised with its person, for sums that must stay
    ACCOUNT = "account"  # stays as long as the account, which no clock ends
    PARTICIPANT = "participant"  # pseudonymised with its convention


@frozen
class PersonalTable:
    """A table with personal data.

    ``processing`` is the code of its entry in the register. ``subjects`` are the columns that say
    about whom a row is; ``actors`` those that say who did something, whose other columns are
    somebody else's data. ``used_on`` is the day on which a row still serves after its own month;
    ``cleared`` are the columns emptied when the row's person is pseudonymised; ``pseudonym`` is the
    one replaced when the row's convention is over.
    """

    processing: str
    wording: str
    kept: Retention
    subjects: tuple[str, ...] = ("person_id",)
    actors: tuple[str, ...] = ()
    used_on: str = ""
    cleared: tuple[str, ...] = ()
    pseudonym: str = ""
