"""The register of processing as a document to print: one block a processing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exports.kit.pdf import Typesetter

# No date of making: the same register gives the same bytes.
TEMPLATE = """
#let page-data = json(bytes(sys.inputs.data))
#set document(title: page-data.title, date: none)
#set page(paper: "a4", margin: 20mm, numbering: "1 / 1")
#set text(font: "Libertinus Serif", lang: "fr", size: 10pt)
#if page-data.logo != none {
  image(bytes(page-data.logo.content), format: page-data.logo.format, height: 16mm,
    alt: page-data.logo.alt)
}
= #page-data.title
#page-data.intro
#for entry in page-data.entries {
  block(breakable: true, above: 6mm)[
    == #entry.title
    #table(
      columns: (38mm, 1fr), stroke: 0.4pt, align: left,
      ..entry.pairs.map(((name, value)) => (strong(name), value)).flatten(),
    )
  ]
}
"""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A processing: its title, and what the text asks to be told of it, by wording."""

    title: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RegisterDocument:
    """The register of an organisation. ``logo`` is a media type and the bytes of a picture."""

    title: str
    intro: str
    entries: Sequence[RegisterEntry]
    logo: tuple[str, bytes] | None
    logo_text: str


def register_pdf(document: RegisterDocument) -> bytes:
    """PDF of the register, tagged for readers of screens; same input, same bytes."""
    data = {
        "title": document.title,
        "intro": document.intro,
        "entries": [{"title": entry.title, "pairs": entry.pairs} for entry in document.entries],
        "logo": _logo(document),
    }
    return Typesetter().pdf(TEMPLATE.encode(), data=data, standards=["ua-1"])


def _logo(document: RegisterDocument) -> dict[str, object] | None:
    if document.logo is None:
        return None
    media_type, content = document.logo
    kind = "svg" if "svg" in media_type else "png"
    return {"content": list(content), "format": kind, "alt": document.logo_text}
