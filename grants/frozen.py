"""Frozen objects that are quick to make, for those that stand by the ten thousand.

A frozen dataclass writes each of its fields past its own guard, by name: making one takes more than
twice as long as an open one. Here each object is open while it is made and closed when it is whole;
in all else it is the frozen, slotted dataclass of the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, dataclass, fields
from typing import TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, kw_only: bool = False, order: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True)
def frozen(
    cls: type[T] | None = None, /, *, kw_only: bool = False, order: bool = False
) -> type[T] | Callable[[type[T]], type[T]]:
    """Make a class a frozen, slotted dataclass whose objects are made quickly.

    Args: kw_only: whether fields are given by name alone. order: whether objects compare by fields.
    Raises: TypeError: a field takes no part in ``__init__``; write a plain dataclass.
    Example:
    >>> @frozen
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1)
    Point(x=1, y=0)
    >>> Point(1) == Point(x=1, y=0), len({Point(1), Point(1)})
    (True, 1)
    """

    def made(plain: type[T]) -> type[T]:
        closed = dataclass(frozen=True, slots=True, kw_only=kw_only, order=order)(plain)
        _make_quick(closed)
        return closed

    return made if cls is None else made(cls)


def _make_quick(closed: type[T]) -> None:
    """Give the class an ``__init__`` that opens the object, fills it and closes it."""
    known = fields(closed)  # type: ignore[arg-type] # a dataclass by now
    if not all(field.init for field in known):
        raise TypeError(f"{closed.__name__}: every field of a quick class is given")
    opened = type(
        closed.__name__,
        (closed,),
        {
            "__slots__": (),
            "__setattr__": object.__setattr__,
            "__init_subclass__": closed.__init_subclass__,
        },
    )
    names: dict[str, object] = {
        "_become": object.__setattr__,
        "_opened": opened,
        "_closed": closed,
        "_missing": MISSING,
    }
    names |= {f"_default_{field.name}": field.default for field in known}
    names |= {f"_factory_{field.name}": field.default_factory for field in known}
    exec("\n".join(_source(closed, known)), names)  # noqa: S102 # nosec B102 # as dataclass does
    init = names["__init__"]
    init.__qualname__ = f"{closed.__qualname__}.__init__"  # type: ignore[attr-defined] # a function
    init.__annotations__ = closed.__init__.__annotations__
    closed.__init__ = init  # type: ignore[assignment]


def _source(closed: type, known: tuple[Field[object], ...]) -> Iterator[str]:
    given = [_parameter(field) for field in known if not field.kw_only]
    named = [_parameter(field) for field in known if field.kw_only]
    star = ["*"] if named else []
    yield f"def __init__({', '.join(['self', *given, *star, *named])}):"
    yield "    _become(self, '__class__', _opened)"
    for field in known:
        name = field.name
        if field.default_factory is MISSING:
            yield f"    self.{name} = {name}"
        else:
            yield f"    self.{name} = _factory_{name}() if {name} is _missing else {name}"
    yield "    self.__class__ = _closed"
    if hasattr(closed, "__post_init__"):
        yield "    self.__post_init__()"


def _parameter(field: Field[object]) -> str:
    if field.default is not MISSING:
        return f"{field.name}=_default_{field.name}"
    return field.name if field.default_factory is MISSING else f"{field.name}=_missing"
