"""What a database's driver says went wrong, in the domain's words: translated once, here.

Only what is no fault of the program: a database that is held, absent, shut, full, read-only or of
another version. A constraint, or a statement that cannot be, stays the driver's error.
"""

from __future__ import annotations

from grants.errors import Busy, Unavailable

# What SQLite (its primary codes) and PostgreSQL (a lock not had in time, a deadlock, a transaction
# that lost against another) say of work that only came at a bad moment.
_SQLITE_BUSY = frozenset({5, 6})
_POSTGRESQL_BUSY = frozenset({"55P03", "40P01", "40001"})
VERSION = (
    "la base de données est vide ou d'une autre version que le programme : lancez "
    "« grants db upgrade » (avec le programme le plus récent), puis recommencez"
)
SILENT = (
    "la base de données ne répond pas : démarrez-la, ou vérifiez DATABASE_URL ; rien de cette "
    "demande n'est enregistré"
)
FULL = "le disque de la base de données est plein : libérez de la place ; rien n'est enregistré"
READ_ONLY = (
    "la base de données est en lecture seule : rendez le fichier et son dossier modifiables au "
    "compte du programme ; rien n'est enregistré"
)
DENIED = (
    "la base de données refuse le compte du programme : vérifiez DATABASE_URL et les droits du rôle"
)
_SQLITE = {
    3: DENIED,
    8: READ_ONLY,
    10: "le disque de la base de données ne répond pas correctement : vérifiez-le, puis "
    "restaurez une sauvegarde si le fichier est abîmé",
    11: "le fichier de la base de données est abîmé : restaurez la dernière sauvegarde",
    13: FULL,
    14: "le fichier de la base de données ne s'ouvre pas : vérifiez que son dossier existe et que "
    "le compte du programme peut y écrire",
    23: DENIED,
    26: "le fichier nommé par DATABASE_URL n'est pas une base de données : corrigez DATABASE_URL, "
    "ou restaurez une sauvegarde",
}
_DENIED_STATE, _WALL = "42501", "row-level security"
_SQLITE_ERROR = 1
_SQLITE_OTHER_VERSION = ("no such table", "no such column", "has no column named")
# By SQLSTATE, then by its class of two letters.
_POSTGRESQL = {
    "25006": READ_ONLY,
    "3D000": "cette base de données n'existe pas sur le serveur : créez-la, ou corrigez "
    "DATABASE_URL",
    _DENIED_STATE: DENIED,
    "42703": VERSION,
    "42P01": VERSION,
    "53100": FULL,
    "53300": "le serveur de base de données n'accepte plus de connexion : recommencez dans une "
    "minute, ou relevez max_connections",
    "08": SILENT,
    "28": DENIED,
    "53": SILENT,
    "57": SILENT,
    "58": SILENT,
}


def unavailable(error: BaseException | None) -> Unavailable | None:
    """Why the database cannot be used; None where the error is another."""
    sqlite_code = getattr(error, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return _of_sqlite(sqlite_code & 0xFF, str(error))  # the rest tells which lock it was
    if type(error).__module__.partition(".")[0] != "psycopg":
        return None
    state = getattr(error, "sqlstate", None)
    if state == _DENIED_STATE and _WALL in str(error):
        return None  # a row of another tenant: a fault of the program, and never a setting
    if state is None:
        # Only who never reached the server, or lost it, has none.
        return Unavailable(SILENT) if type(error).__name__ == "OperationalError" else None
    return _of_postgresql(state)


def _of_sqlite(code: int, message: str) -> Unavailable | None:
    if code in _SQLITE_BUSY:
        return Busy()
    if code == _SQLITE_ERROR and message.startswith(_SQLITE_OTHER_VERSION):
        return Unavailable(VERSION)
    return Unavailable(_SQLITE[code]) if code in _SQLITE else None


def _of_postgresql(state: str) -> Unavailable | None:
    if state in _POSTGRESQL_BUSY:
        return Busy()
    text = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    return Unavailable(text) if text else None
