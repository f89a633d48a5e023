"""What makes a password good enough, and how one is kept.

Length protects, rules on its composition do not; nothing expires; what everybody tries first is
refused (NIST SP 800-63B, section 5.1.1.2; ANSSI, « Recommandations relatives à l'authentification
multifacteur et aux mots de passe », R22 to R30).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from grants.errors import Conflict
from grants.french import count, folded

HASHER = PasswordHasher()  # argon2id, at the cost that RFC 9106 names for shared machines
MIN_LENGTH = 12
MIN_LENGTH_WITH_SECOND_FACTOR = 8
MAX_LENGTH = 128

# Shorter parts of names stand inside ordinary words: taking them out would refuse good passwords.
TELLING_LENGTH = 4
# Distinct characters that must remain once the words that everybody tries are taken out.
MIN_REMAINING = 4
# « abcd », « 4567 »: from four in a row on, a run counts as one single character.
RUN_LENGTH = 4
ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "azertyuiop", "qsdfghjklm", "wxcvbn",
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop",
)  # fmt: skip
# What leads every published list of stolen passwords, in French and English, and our own names.
COMMON = frozenset(
    """
    motdepasse password passwort passe secret admin administrateur administrator root utilisateur
    user login connexion bonjour bonsoir salut welcome bienvenue soleil sunshine chocolat doudou
    loulou nicolas camille marine julien thomas juliette charlotte isabelle princesse princess
    chouchou coucou amour jetaime iloveyou maman papa famille vacances marseille toulouse lyon
    paris france football dragon monkey master shadow superman batman pokemon naruto starwars
    letmein changeme changermoi default temporaire provisoire tempo test essai demo demonstration
    janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
    printemps automne hiver lundi mardi mercredi jeudi vendredi samedi dimanche
    azerty qwerty qwertz azertyuiop qwertyuiop google facebook windows internet ordinateur
    grants grant subvention subventions poste postes facilitateur facilitateurs clause clauses
    sociale insertion convention conventions bilan dreets europe feder finance direction
    """.split()  # noqa: SIM905 # a list of quoted words would take a page
)
LOOKALIKES = str.maketrans("0134578@$!€", "oieastbasie")


def require_good_password(
    password: str, *, personal: Collection[str] = (), with_second_factor: bool = False
) -> None:
    """Refuse a password that is too short, too long or among the first to be tried.

    Args: personal: the account's e-mail address, name, organisation: what an attacker knows.
    Raises: Conflict: with what was found, what is expected and what to do; field ``password``.
    Example:
    >>> require_good_password("girafe patient 8 nuages")
    >>> require_good_password("Motdepasse2024!")
    Traceback (most recent call last):
    grants.errors.Conflict: ce mot de passe est parmi les premiers que l'on essaie : ...
    """
    shortest = MIN_LENGTH_WITH_SECOND_FACTOR if with_second_factor else MIN_LENGTH
    if not shortest <= len(password) <= MAX_LENGTH:
        raise Conflict(
            f"le mot de passe a {count(len(password), 'caractère')}, attendu de {shortest} à "
            f"{MAX_LENGTH} : une phrase de quelques mots convient",
            field="password",
        )
    if is_easily_guessed(password, personal=personal):
        raise Conflict(
            "ce mot de passe est parmi les premiers que l'on essaie : des mots courants, votre "
            "nom, une suite ou une répétition ; choisissez plutôt quelques mots sans lien entre "
            "eux",
            field="password",
        )


def is_short_alone(password: str) -> bool:
    """Whether a password was good beside a second factor only: without one, it is to be changed.

    Example:
    >>> is_short_alone("q7-gk2zv"), is_short_alone("q7-gk2zvXpA2")
    (True, False)
    """
    return len(password) < MIN_LENGTH


def is_easily_guessed(password: str, *, personal: Collection[str] = ()) -> bool:
    """Whether hardly anything remains of a password without the words that everybody tries.

    Example:
    >>> [is_easily_guessed(text) for text in ("azertyuiop1234", "aaaaaaaaaaaa", "P@ssw0rd2024!")]
    [True, True, True]
    >>> is_easily_guessed("correct cheval pile agrafe")
    False
    """
    words = COMMON | {word for text in personal for word in _words(text)}
    spelled = _letters(password)
    # « P@ssw0rd2024 » is a word and a year: inside, digits stand for letters; at the end, not.
    head = re.sub(r"[\W\d_]+$", "", password)
    disguised = _remaining(_letters(head.translate(LOOKALIKES)), words)
    tail = _remaining(_letters(password[len(head) :]), words)
    remains = (_remaining(spelled, words), disguised + tail)
    return min(len(set(text)) for text in remains) < MIN_REMAINING or _is_repetition(spelled)


def hash_password(password: str) -> str:
    """Argon2id hash to keep."""
    return HASHER.hash(password)


def password_fits(stored_hash: str | None, password: str) -> bool:
    """Whether a password is the one behind a hash; without a hash the same work is done for no.

    Whoever measures the time learns nothing about which accounts exist.
    """
    try:
        return HASHER.verify(stored_hash or _decoy(), password) and stored_hash is not None
    except (Argon2Error, InvalidHashError):
        return False


def needs_rehash(stored_hash: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return HASHER.check_needs_rehash(stored_hash)


def _decoy() -> str:
    if HASHER not in _DECOYS:
        _DECOYS[HASHER] = HASHER.hash("nobody has this password")
    return _DECOYS[HASHER]


_DECOYS: dict[PasswordHasher, str] = {}


def _words(text: str) -> set[str]:
    parts = {_letters(part) for part in re.split(r"[\W_\d]+", text)} | {_letters(text)}
    return {part for part in parts if len(part) >= TELLING_LENGTH}


def _letters(text: str) -> str:
    return "".join(char for char in folded(text) if char.isalnum())


def _remaining(text: str, words: Collection[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    text = re.sub(r"(19|20)\d\d", "", text)
    return _without_runs(text)


def _without_runs(text: str) -> str:
    kept, place = "", 0
    while place < len(text):
        length = _run_at(text[place:])
        kept += text[place]
        place += length if length >= RUN_LENGTH else 1
    return kept


def _run_at(text: str) -> int:
    """Length of the stretch of keyboard or alphabet, either way, that a text begins with."""
    longest = 1
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        while longest < len(text) and text[: longest + 1] in row:
            longest += 1
    return longest


def _is_repetition(text: str) -> bool:
    """Whether a text is one short piece over and over: « abcdabcdabcd »."""
    return bool(text) and (text + text).find(text, 1) <= max(1, len(text) // 3)
