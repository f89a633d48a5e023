"""Pictures that somebody gives to be printed: known by their content, never by their name.

A PNG is read chunk by chunk; an SVG is parsed and refused when it holds anything that runs or that
is fetched from elsewhere.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from decimal import Decimal
from xml.parsers import expat  # nosec B407 # document types, hence entities, are refused below

from grants.errors import Unreadable
from grants.french import number

LARGEST_BYTES = 1_000_000
LARGEST_SIDE = 4_000
PNG, SVG = "image/png", "image/svg+xml"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK = struct.Struct(">I4s")
_CHECKSUM = struct.Struct(">I")
_SIZE = struct.Struct(">II")
_CRITICAL = (b"IHDR", b"IDAT", b"IEND")
_DRAWING = "http://www.w3.org/2000/svg"
_RUNS = {"script", "foreignobject", "iframe", "object", "embed", "animate", "set", "handler"}
_FETCHES = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:|expression\(", re.IGNORECASE)


def image_type(content: bytes) -> str:
    """Media type of a picture that may be printed: PNG or SVG.

    Raises: Unreadable: too heavy, neither of both, damaged, too large, or an SVG that runs or
    fetches something.
    """
    if len(content) > LARGEST_BYTES:
        found = number(Decimal(len(content)) / LARGEST_BYTES, 1)
        raise Unreadable(f"l'image pèse {found} Mo : 1 Mo au plus est attendu")
    if content.startswith(_SIGNATURE):
        _check_png(content)
        return PNG
    if b"<svg" in content[:4096]:
        _check_svg(content)
        return SVG
    raise Unreadable("le fichier n'est ni une image PNG ni une image SVG : enregistrez-la ainsi")


def _check_png(content: bytes) -> None:
    kinds = set()
    for kind, body in _chunks(content):
        kinds.add(kind)
        if kind == b"IHDR":
            _check_side(body)
    if not kinds.issuperset(_CRITICAL):
        raise Unreadable("l'image PNG est incomplète : exportez-la de nouveau")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place < len(content):
        try:
            length, kind = _CHUNK.unpack_from(content, place)
            body = content[place + _CHUNK.size : place + _CHUNK.size + length]
            (checksum,) = _CHECKSUM.unpack_from(content, place + _CHUNK.size + length)
        except struct.error as error:
            raise Unreadable("l'image PNG est coupée : exportez-la de nouveau") from error
        if zlib.crc32(kind + body) != checksum:
            raise Unreadable("l'image PNG est endommagée : exportez-la de nouveau")
        yield kind, body
        place += _CHUNK.size + length + _CHECKSUM.size


def _check_side(header: bytes) -> None:
    try:
        width, height = _SIZE.unpack_from(header)
    except struct.error as error:
        raise Unreadable("l'image PNG est endommagée : exportez-la de nouveau") from error
    if not 0 < max(width, height) <= LARGEST_SIDE:
        raise Unreadable(
            f"l'image mesure {width} × {height} points : {LARGEST_SIDE} de côté au plus"
        )


def _check_svg(content: bytes) -> None:
    try:
        root = _SvgReader().read(content)
    except expat.ExpatError as error:
        raise Unreadable(
            f"l'image SVG est illisible à la ligne {error.lineno} : exportez-la de nouveau"
        ) from error
    if root != "svg":
        raise Unreadable(f"le fichier commence par « {root} » : une image SVG est attendue")


class _SvgReader:
    """Walks an SVG and stops at what must not be in it."""

    def __init__(self) -> None:
        self.root = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._check_text
        self.parser.buffer_text = True

    def read(self, content: bytes) -> str:
        """Local name of the root, in SVG's own namespace; empty in another."""
        self.parser.Parse(content, True)
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self.root = self.root or (local if space == _DRAWING else f"{local} ")
        if local.lower() in _RUNS:
            raise Unreadable(f"l'image SVG contient « {local} » : retirez-le avant de l'envoyer")
        for key, value in attributes.items():
            self._check_attribute(key.rpartition(" ")[2].lower(), value.strip())

    def _check_attribute(self, name: str, value: str) -> None:
        is_reference = name in {"href", "src"}
        leads_out = is_reference and not value.startswith(
            ("#", "data:image/png", "data:image/jpeg")
        )
        if name.startswith("on") or leads_out:
            raise Unreadable(
                f"l'image SVG contient l'attribut « {name} », qui exécute ou charge autre chose : "
                "retirez-le avant de l'envoyer"
            )
        self._check_text(value)

    def _check_text(self, text: str) -> None:
        if _FETCHES.search(text):
            raise Unreadable(
                "le style de l'image SVG charge un fichier extérieur : intégrez-le ou retirez-le"
            )

    def _refuse_doctype(self, *_: object) -> None:
        raise Unreadable(
            "l'image SVG contient une déclaration DOCTYPE : exportez-la en « SVG simple »"
        )
