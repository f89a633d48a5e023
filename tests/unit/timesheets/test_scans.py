"""What may be deposited as a signed sheet is told from its content."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from pypdf import PdfWriter

from grants.errors import Conflict
from grants.services.timesheets.scans import SCAN_LIMIT, scan_extension


def a_pdf(*, pages: int = 1, password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def a_png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    )


A_JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 100 + b"\xff\xd9"


@pytest.mark.parametrize(
    ("content", "expected"), [(a_pdf(), "pdf"), (a_png(), "png"), (A_JPEG, "jpg")]
)
def test_pdf_png_and_jpeg_are_taken(content: bytes, expected: str) -> None:
    assert scan_extension(content) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "est vide"),
        (b"GIF89a", "un PDF, une image JPEG ou PNG est attendu"),
        (b"<html>", "un PDF, une image JPEG ou PNG est attendu"),
        (b"%PDF-1.7", "le PDF est abîmé"),
        (a_pdf()[:300], "le PDF est abîmé"),
        (a_pdf(pages=0), "aucune page"),
        (a_pdf(password="secret"), "mot de passe"),
        (a_png()[:-6], "l'image est coupée"),
        (A_JPEG[:-2], "l'image est coupée"),
        (b"%PDF-" + b"0" * SCAN_LIMIT, "10,0 Mo : 10 Mo au plus"),
    ],
)
def test_everything_else_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(Conflict, match=said) as refused:
        scan_extension(content)

    assert refused.value.field == "scan"


def test_ten_megabytes_are_the_limit() -> None:
    assert scan_extension(A_JPEG[:-2] + b"\0" * (SCAN_LIMIT - len(A_JPEG)) + b"\xff\xd9") == "jpg"
