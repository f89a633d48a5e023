"""Quick frozen objects are frozen dataclasses in all that anybody can see."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from grants.frozen import frozen


@frozen(order=True)
class Quick:
    """One of each kind of field."""

    first: int
    second: str = "two"
    third: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.first < 0:
            raise ValueError("first")


@dataclass(frozen=True, slots=True, order=True)
class Plain:
    """The same as a dataclass makes it."""

    first: int
    second: str = "two"
    third: list[int] = field(default_factory=list)


@frozen(kw_only=True)
class Named:
    """Given by name alone."""

    value: int


def test_a_whole_object_refuses_every_change() -> None:
    quick = Quick(1)

    for name in ("first", "second", "other"):
        with pytest.raises((FrozenInstanceError, TypeError)):
            setattr(quick, name, 2)
    with pytest.raises(FrozenInstanceError):
        del quick.first
    assert quick == Quick(1)
    assert type(quick) is Quick


def test_it_compares_prints_copies_and_travels_as_a_dataclass_does() -> None:
    quick, plain = Quick(1, third=[4]), Plain(1, third=[4])

    assert repr(quick) == repr(plain).replace("Plain", "Quick")
    assert [f.name for f in fields(quick)] == [f.name for f in fields(plain)]
    assert replace(quick, second="b") == Quick(1, "b", [4])
    assert quick < Quick(2)
    assert copy.deepcopy(quick) == pickle.loads(pickle.dumps(quick)) == quick  # noqa: S301
    assert hash(Named(value=1)) == hash(Named(value=1))


def test_each_object_has_a_default_of_its_own() -> None:
    one, other = Quick(1), Quick(1)

    one.third.append(1)

    assert other.third == []


def test_fields_given_by_name_alone_are_refused_by_position() -> None:
    with pytest.raises(TypeError):
        Named(1)  # type: ignore[call-arg]


def test_what_a_class_checks_once_whole_is_checked() -> None:
    with pytest.raises(ValueError, match="first"):
        Quick(-1)
    with pytest.raises(ValueError, match="first"):
        replace(Quick(1), first=-1)


def test_a_field_that_nobody_gives_is_refused() -> None:
    with pytest.raises(TypeError, match="every field"):

        @frozen
        class Silent:
            """Its field is filled by nobody."""

            value: int = field(init=False, default=1)
