"""The official PDF, Cerfa n° 15059*02, filled in.

The form's own scripts run in one reader only, and its XFA twin hides what is typed into the plain
fields. We drop the twin, fill every field, total and percentage, and draw each value, so that every
reader and every printer shows the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from exports.claims.state.cerfa_fields import form_fields
from exports.claims.state.cerfa_values import field_values
from exports.kit.form_fields import Box, drawn, encoded
from exports.kit.workbook import DRAFT_MARK
from grants.errors import Unreadable
from grants.french import count
from grants.rules.claims.claim import Claim

_LARGEST = 20_000_000
_FONT_SIZE = Decimal(7)
_EXPECTED = "le formulaire officiel « Compte-rendu financier de subvention », Cerfa n° 15059*02"


def write_cerfa(claim: Claim, form: Path, path: Path) -> None:
    """Fill the official form for the claim and write it to ``path``.

    Law: arrêté du 11 octobre 2006, Cerfa n° 15059*02; amounts in whole euros, as the form asks. A
    blocked claim is marked on every page. Same claim and form, same bytes.
    Raises: Unreadable: the file is no PDF, is encrypted, or is not this form.
    """
    values = field_values(claim)
    writer = PdfWriter(clone_from=_opened(form))
    fields = _fields(writer)
    missing = sorted(values.keys() - fields.keys())
    if missing:
        raise _unreadable(
            form, f"il y manque {count(len(missing), 'champ')}, dont « {missing[0]} »"
        )
    font = writer._add_object(_helvetica())
    for name, value in values.items():
        _fill(writer, fields[name], value, font)
    _prepare(writer, font)
    if claim.is_blocked:
        for page in writer.pages:
            _mark(writer, page, font)
    writer.add_metadata({"/Title": f"Compte rendu financier – {claim.convention.number}"})
    with path.open("wb") as out:
        writer.write(out)


def check_form(form: Path) -> None:
    """Whether a file is the official form, field by field.

    Raises: Unreadable: no PDF, an encrypted one, another form.
    """
    fields = _fields(PdfWriter(clone_from=_opened(form)))
    missing = sorted(form_fields() - fields.keys())
    if missing:
        raise _unreadable(
            form, f"il y manque {count(len(missing), 'champ')}, dont « {missing[0]} »"
        )


def _opened(form: Path) -> PdfReader:
    """The form, once it is known to be a PDF that may be filled."""
    if not form.is_file():
        raise _unreadable(form, "le fichier n'existe pas")
    if form.stat().st_size > _LARGEST:
        raise _unreadable(form, f"il dépasse {_LARGEST // 1_000_000} Mo")
    try:
        reader = PdfReader(form, strict=False)
        if reader.is_encrypted:
            raise _unreadable(form, "il est protégé par un mot de passe")
        if "/AcroForm" not in reader.root_object:
            raise _unreadable(form, "il ne contient aucun champ à remplir")
        len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(form, "ce n'est pas un PDF lisible") from error
    return reader


def _unreadable(form: Path, reason: str) -> Unreadable:
    return Unreadable(
        f"« {form.name} » ne peut pas être rempli : {reason}. Attendu : {_EXPECTED}, non modifié."
        " Téléchargez-le de nouveau et indiquez son chemin dans CERFA_15059_PDF."
    )


def _fields(writer: PdfWriter) -> dict[str, Any]:
    """Every text field by full name; in this form each field is its own widget."""
    return {
        _full_name(widget): widget
        for page in writer.pages
        for widget in _widgets(page)
        if widget.get("/FT") == "/Tx"
    }


def _widgets(page: PageObject) -> Iterator[Any]:
    for item in page.get("/Annots", ()):
        widget = item.get_object()
        if widget.get("/Subtype") == "/Widget":
            yield widget


def _full_name(widget: Any) -> str:
    names: list[str] = []
    node = widget
    while node is not None:
        if "/T" in node:
            names.append(str(node["/T"]))
        parent = node.get("/Parent")
        node = parent.get_object() if parent is not None else None
    return ".".join(reversed(names))


def _fill(writer: PdfWriter, widget: Any, value: str, font: Any) -> None:
    """Value and appearance of one field; the text size is written down for readers that redraw."""
    box = _box(widget)
    picture = drawn(value, box)
    stream = DecodedStreamObject()
    stream.set_data(picture.content)
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(
                [NumberObject(0), NumberObject(0), _number(box.width), _number(box.height)]
            ),
            NameObject("/Resources"): _resources(font),
        }
    )
    widget[NameObject("/V")] = TextStringObject(value)
    widget[NameObject("/DA")] = TextStringObject(f"/Helv {picture.size:.1f} Tf 0 g")
    widget[NameObject("/AP")] = DictionaryObject(
        {NameObject("/N"): writer._add_object(stream.flate_encode())}
    )


def _box(widget: Any) -> Box:
    left, bottom, right, top = (Decimal(str(value)) for value in widget["/Rect"])
    size = str(widget.get("/DA", "")).split()
    return Box(
        width=right - left,
        height=top - bottom,
        size=Decimal(size[1]) if len(size) > 1 else _FONT_SIZE,
        flags=int(widget.get("/Ff", 0)),
        align=int(widget.get("/Q", 0)),
        longest=int(widget.get("/MaxLen", 0)),
    )


def _prepare(writer: PdfWriter, font: Any) -> None:
    """Drop what would hide or contradict the values: XFA twin, usage rights, document scripts."""
    root: Any = writer._root_object
    form = root["/AcroForm"]
    form.pop(NameObject("/XFA"), None)
    form.pop(NameObject("/SigFlags"), None)
    root.pop(NameObject("/Perms"), None)
    form[NameObject("/NeedAppearances")] = BooleanObject(True)
    form["/DR"]["/Font"][NameObject("/Helv")] = font


def _mark(writer: PdfWriter, page: PageObject, font: Any) -> None:
    """« PROJET — NE PAS DÉPOSER » in red over the page's head, as part of the page itself."""
    text = encoded(DRAFT_MARK).hex()
    content = f"q\nBT\n0.7 0 0.12 rg\n/Brouillon 12 Tf\n1 0 0 1 200 830 Tm <{text}> Tj\nET\nQ\n"
    stream = DecodedStreamObject()
    stream.set_data(content.encode("ascii"))
    before = DecodedStreamObject()
    before.set_data(b"q\n")
    after = DecodedStreamObject()
    after.set_data(b"\nQ\n")
    old = page["/Contents"].get_object()
    kept = list(old) if isinstance(old, ArrayObject) else [page.raw_get("/Contents")]
    added = [writer._add_object(part) for part in (before, after, stream)]
    page[NameObject("/Contents")] = ArrayObject([added[0], *kept, added[1], added[2]])
    resources: Any = page["/Resources"]
    fonts = resources.setdefault(NameObject("/Font"), DictionaryObject())
    fonts.get_object()[NameObject("/Brouillon")] = font


def _helvetica() -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )


def _resources(font: Any) -> DictionaryObject:
    return DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/Helv"): font})})


def _number(value: Decimal) -> FloatObject:
    return FloatObject(value)
