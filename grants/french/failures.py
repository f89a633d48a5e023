"""What the system refuses, in words that its user understands."""

from __future__ import annotations

import errno

_REASONS = {
    errno.EACCES: "l'accès est refusé à ce compte du système",
    errno.EPERM: "l'accès est refusé à ce compte du système",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota de disque est atteint",
    errno.EFBIG: "le fichier dépasse la taille permise",
    errno.ENOENT: "ce fichier ou ce dossier n'existe pas",
    errno.ENOTDIR: "un fichier tient la place d'un dossier",
    errno.EISDIR: "c'est un dossier, un fichier est attendu",
    errno.EEXIST: "il existe déjà",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.EIO: "le disque ne répond pas correctement",
    errno.ELOOP: "un lien tourne en rond",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.ENFILE: "trop de fichiers sont ouverts",
    errno.EBUSY: "un autre programme s'en sert",
    errno.ETXTBSY: "un autre programme s'en sert",
    errno.EADDRINUSE: "l'adresse est déjà prise",
    errno.EADDRNOTAVAIL: "l'adresse n'est pas à cette machine",
    errno.ECONNREFUSED: "la connexion est refusée",
    errno.ETIMEDOUT: "personne ne répond",
    errno.ENOMEM: "la mémoire manque",
}


def failure_fr(error: OSError) -> str:
    """Why the system refused, in the middle of a sentence.

    Example:
    >>> failure_fr(OSError(errno.ENOSPC, "No space left on device"))
    'le disque est plein'
    """
    return _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
