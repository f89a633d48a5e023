"""What the program says of its own work, one line at a time, on stderr.

Lines are read by people who may not see the data: a line holds constant words, numbers and names of
our own code. ``keep_scalars`` lets nothing else through, whoever asks: no list, no object, no field
that it does not know, no text that a user may have typed. An exception tells its kind and where it
came from, never its text nor the values around it: those hold what was worked on.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grants.errors import ConfigurationRefused

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger, Processor

FORMATS = ("text", "json")
# The fields that a line may have; a new one is added here after asking who could read it.
KEYS = frozenset({
    "timestamp", "level", "event", "logger", "where", "request_id", "endpoint", "method", "status",
    "duration_ms", "account_id", "task", "day", "sent", "failed", "waiting", "reason", "error",
    "frames",
})  # fmt: skip
FIRST = ["timestamp", "level", "event"]
# Words of our own: no @ of an address, no sign of a query, no accent of a name.
PLAIN = re.compile(r"[A-Za-z0-9_.:,/ <>%()+-]{0,2000}")
REFUSED = "refused"
PACKAGE = Path(__file__).resolve().parent.parent

Event = MutableMapping[str, Any]


def log_format(environ: Mapping[str, str]) -> str:
    """How lines are written: ``text`` or ``json``, by GRANTS_LOG_FORMAT.

    Raises: ConfigurationRefused: neither.
    """
    found = environ.get("GRANTS_LOG_FORMAT", "") or FORMATS[0]
    if found not in FORMATS:
        raise ConfigurationRefused(f"GRANTS_LOG_FORMAT vaut « {found} », attendu text ou json")
    return found


def configure(form: str) -> None:
    """Write every line of the process this way, those of libraries included; may be called again.

    ``form`` is ``text`` or ``json``.
    """
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            describe_exception,
            keep_scalars,
            _renderer(form),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _Stderr(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, LibraryHandler) for handler in root.handlers):
        root.addHandler(LibraryHandler())
    root.setLevel(logging.WARNING)


def logger() -> FilteringBoundLogger:
    """What to say a line with: ``logger().info("mail sent", sent=3)``."""
    import structlog

    found: FilteringBoundLogger = structlog.get_logger()
    return found


def keep_scalars(_logger: object, _method: str, event: Event) -> Event:
    """Let known fields with plain values through; the rest says that it was refused.

    Example:
    >>> keep_scalars(None, "", {"event": "x", "status": 200, "task": ["a"], "email": "a@b.fr"})
    {'event': 'x', 'status': 200, 'task': 'refused', 'email': 'refused'}
    """
    return {name: value if _may_pass(name, value) else REFUSED for name, value in event.items()}


def describe_exception(_logger: object, _method: str, event: Event) -> Event:
    """Put the kinds and places of an exception in place of the exception."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        chain = _chain(error)
        event["error"] = " from ".join(type(link).__qualname__ for link in chain)
        event["frames"] = " < ".join(frame for link in chain for frame in _frames(link))
    return event


class LibraryHandler(logging.Handler):
    """Lines of libraries: their pattern where they gave one apart from its values, else only where
    they stand.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Say it in our form."""
        words = record.msg if record.args and isinstance(record.msg, str) else "library message"
        logger().log(
            record.levelno,
            words if PLAIN.fullmatch(words) else "library message",
            logger=record.name,
            where=f"{_short(record.pathname)}:{record.lineno}",
            exc_info=record.exc_info,
        )


class _Stderr:
    """Writes to whatever stderr is at that moment."""

    def msg(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 # a line of the log

    debug = info = warning = error = critical = exception = log = msg


def _renderer(form: str) -> Processor:
    import structlog

    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.processors.LogfmtRenderer(key_order=FIRST, drop_missing=True)


def _may_pass(name: str, value: object) -> bool:
    if name not in KEYS:
        return False
    if isinstance(value, str):
        return PLAIN.fullmatch(value) is not None
    return value is None or isinstance(value, int)


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and those behind it, each once."""
    found: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in found:
        found.append(link)
        link = link.__cause__ or link.__context__
    return found


FRAMES = 12


def _frames(error: BaseException) -> list[str]:
    """Where it was raised, the innermost place first."""
    places = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return [f"{_short(place.filename)}:{place.lineno} {place.name}" for place in reversed(places)]


def _short(path: str) -> str:
    """Path below the package or the folder of libraries: no folder of the machine."""
    parts = Path(path).parts
    for mark in ("site-packages", PACKAGE.name):
        if mark in parts:
            return "/".join(parts[parts.index(mark) + 1 :])
    return "/".join(parts[-2:])
