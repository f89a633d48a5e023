"""What may go wrong, in the domain's words. The edge (views/errors.py, cli) alone turns these into
HTTP or exit codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from grants.french import count, day_fr


class GrantsError(Exception):
    """Any error that a user is to read; its text is French and says what to do."""


class ConfigurationRefused(GrantsError):
    """The program may not start with these settings; the text says which one to mend."""


class NotFound(GrantsError):
    """The thing asked for does not exist, or may not be known to exist."""


class Forbidden(GrantsError):
    """The user may know of it and may not do this."""


class Conflict(GrantsError):
    """A constraint refuses the change; ``field`` names the place to mend."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Unavailable(GrantsError):
    """The database cannot be used now: absent, shut, full, of another version; nothing of what was
    asked is written, and the text says what to do.
    """


class Busy(Unavailable):
    """The database is held by somebody else's work for longer than anybody waits: nothing was
    written, and the same will pass in a while.
    """

    def __init__(self) -> None:
        super().__init__(
            "La base de données est occupée par un autre travail (un import, une restauration) : "
            "rien de cette demande n'est enregistré. Recommencez dans une minute."
        )


class TransitionRefused(Conflict):
    """The thing is not in a state that allows this; the text says what to do first."""


class Unreadable(GrantsError):
    """A file that cannot be read at all: no workbook, a bomb, no zip."""


class RuleRefused(GrantsError):
    """A rule has no answer for these inputs; ``code`` is the refusal that the rule documents.

    Example:
    >>> RuleRefused("hours_over_cap", "1 721 h déclarées, 1 720 h au plus").code
    'hours_over_cap'
    """

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class NoParameterInForce(RuleRefused):
    """No value of a legal figure is known on that day; a default would be a guess."""

    def __init__(self, name: str, on: date) -> None:
        message = f"aucune valeur de « {name} » n'est connue au {day_fr(on)}"
        super().__init__("no_parameter_in_force", message)
        self.name = name
        self.on = on


@dataclass(frozen=True, slots=True)
class InputProblem:
    """One fault of a file: where it stands, what stood there, what was expected.

    ``place`` is a sheet name or a csv file; ``row`` is the line that the spreadsheet shows, 0 when
    the whole sheet is meant.
    """

    place: str
    row: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        row = f"ligne {self.row}" if self.row else ""
        where = ", ".join(part for part in (self.place, row, self.column) if part)
        return f"{where} : trouvé « {self.found} », attendu {self.expected}"


class InvalidInput(GrantsError):
    """A file that was read and holds faults: all of them, never the first."""

    def __init__(self, problems: Sequence[InputProblem]) -> None:
        super().__init__(f"{count(len(problems), 'erreur')} dans le fichier")
        self.problems = tuple(problems)
