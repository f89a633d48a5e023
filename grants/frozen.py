"""Frozen objects that are quick to make, for those that stand by the ten thousand.

A frozen dataclass writes each of its fields past its own guard, by name: making one takes more than
twice as long as an open one. Here each object is open while it is made and closed when it is whole;
in all else it is the frozen, slotted dataclass of the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields
from operator import attrgetter, ge, gt, le, lt
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform, overload

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
        closed = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(plain)
        known = fields(closed)  # type: ignore[arg-type] # a dataclass by now
        if not all(field.init for field in known):
            raise TypeError(f"{closed.__name__}: every field of a quick class is given")
        _close(closed, known)
        if order:
            _order(closed, known)
        _fill_quickly(closed, known)
        return closed

    return made if cls is None else made(cls)


Known = tuple[Field[object], ...]


def _close(closed: type, known: Known) -> None:
    """What ``dataclass`` compiles for each class anew, once for all: half of a command's classes
    are never compared or printed.
    """
    compared = _getter(field.name for field in known if field.compare)
    names = tuple(field.name for field in known)
    printed = tuple(field.name for field in known if field.repr)

    def equals(self: object, other: object) -> bool:
        return compared(self) == compared(other) if type(self) is type(other) else NotImplemented

    def hashed(self: object) -> int:
        return hash(compared(self))

    @recursive_repr()
    def told(self: object) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in printed)
        return f"{type(self).__qualname__}({values})"

    def state(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    def restore(self: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    _add(closed, __eq__=equals, __hash__=hashed, __repr__=told)
    _add(closed, __getstate__=state, __setstate__=restore)
    _add(closed, __setattr__=_refuse_change, __delattr__=_refuse_removal)


def _add(closed: type, **methods: Callable[..., object]) -> None:
    for name, method in methods.items():
        if vars(closed).get(name) is None:
            setattr(closed, name, method)


def _getter(names: Iterable[str]) -> Callable[[object], object]:
    wanted = tuple(names)
    return attrgetter(*wanted) if wanted else lambda _one: ()


def _order(closed: type, known: Known) -> None:
    values = _getter(field.name for field in known if field.compare)
    for name, holds in (("lt", lt), ("le", le), ("gt", gt), ("ge", ge)):
        _add(closed, **{f"__{name}__": _comparison(values, holds)})


def _comparison(
    values: Callable[[object], object], holds: Callable[[Any, Any], bool]
) -> Callable[[object, object], bool]:
    def compare(self: object, other: object) -> bool:
        return holds(values(self), values(other)) if type(self) is type(other) else NotImplemented

    return compare


def _refuse_change(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_removal(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _fill_quickly(closed: type, known: Known) -> None:
    """Give the class an ``__init__`` that opens the object, fills it and closes it."""
    opened = type(
        closed.__name__,
        (closed,),
        {"__slots__": (), "__setattr__": object.__setattr__},
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
    init.__annotations__ = {field.name: field.type for field in known}
    closed.__init__ = init  # type: ignore[misc] # the class's own, no instance's


def _source(closed: type, known: Known) -> Iterator[str]:
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
