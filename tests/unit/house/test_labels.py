"""Every member of every closed list has a French wording, and no two share one."""

from __future__ import annotations

from enum import StrEnum

import pytest

from grants import enums
from grants.labels import LABELS

LISTS = [
    kind
    for kind in vars(enums).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
]


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.__name__)
def test_every_member_has_one_french_label_of_its_own(kind: type[StrEnum]) -> None:
    labels = LABELS[kind]

    assert set(labels) == {member.value for member in kind}
    assert len(set(labels.values())) == len(labels)
    assert all(label.strip() == label != "" for label in labels.values())
