"""Which passwords are taken: long ones that nobody tries first, whatever they are made of."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from grants.errors import Conflict
from grants.services.accounts import passwords
from grants.services.accounts.passwords import is_easily_guessed, require_good_password

PERSONAL = ("jeanne.dupuy@mission-locale.example", "Jeanne Dupuy", "Mission locale du Bocage")


@pytest.mark.parametrize(
    "password",
    [
        "girafe patient 8 nuages",
        "abcd-efgh-2k7q-zzzz",
        "correct-horse-battery",
        "日本語のパスワードは長い方がいい",
        "un mot de passe long",
        "    quatre espaces    ",
        "x7K-mm2-Qp9z",
    ],
)
def test_length_is_enough_whatever_the_characters(password: str) -> None:
    require_good_password(password, personal=PERSONAL)


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse123",
        "MotDePasse!2024",
        "P@ssw0rd12345",
        "azertyuiop123",
        "123456789012",
        "987654321098",
        "aaaaaaaaaaaa",
        "abcdabcdabcd",
        "Bonjour-2025-!",
        "grants-subventions",
        "facilitateur42",
        "jeanne.dupuy1",
        "Dupuy-Jeanne-2025",
        "mission-locale-1",
        "------------",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(Conflict, match="premiers que l'on essaie"):
        require_good_password(password, personal=PERSONAL)


@pytest.mark.parametrize(
    ("length", "with_second_factor", "taken"),
    [
        (11, False, False),
        (12, False, True),
        (7, True, False),
        (8, True, True),
        (128, False, True),
        (129, False, False),
    ],
)
def test_a_second_factor_allows_a_shorter_password(
    length: int, with_second_factor: bool, taken: bool
) -> None:
    password = ("q7-gk2zv" * 17)[:length] if length < 24 else "q7-gk2zvXpA" * 11 + "0" * 8
    password = password[:length]

    if taken:
        require_good_password(password, with_second_factor=with_second_factor)
    else:
        with pytest.raises(Conflict, match=f"a {length} caractère"):
            require_good_password(password, with_second_factor=with_second_factor)


def test_a_short_name_inside_a_word_does_not_condemn_it() -> None:
    assert not is_easily_guessed("lenteur maline", personal=("Li Al",))


def test_without_an_account_the_same_work_is_done_and_the_answer_is_no(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)
    kept = passwords.hash_password("girafe patient 8 nuages")

    assert passwords.password_fits(kept, "girafe patient 8 nuages")
    assert not passwords.password_fits(kept, "another")
    assert not passwords.password_fits(None, "nobody has this password")
    assert not passwords.password_fits("broken", "girafe patient 8 nuages")


def test_hashes_are_argon2id_at_the_current_cost() -> None:
    parameters = passwords.HASHER

    assert parameters.type.name == "ID"
    assert parameters.memory_cost >= 64 * 1024
    assert parameters.time_cost >= 3
