"""Plain one-page documents: a title, a mention, and what stands on it as pairs and one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from exports.kit.pdf import Typesetter

# No date of making: the same document gives the same bytes.
TEMPLATE = """
#let page-data = json(bytes(sys.inputs.data))
#set document(title: page-data.title, date: none)
#set page(paper: "a4", margin: 22mm)
#set text(font: "Libertinus Serif", lang: "fr", size: 11pt)
#block(stroke: 1pt, inset: 6pt, width: 100%)[*#page-data.mention*]
= #page-data.title
#v(4mm)
#for (name, value) in page-data.pairs [#strong(name) : #value \\ ]
#v(4mm)
#if page-data.lines.len() > 0 {
  table(
    columns: page-data.heads.len(),
    align: left,
    stroke: 0.4pt,
    table.header(..page-data.heads.map(head => strong(head))),
    ..page-data.lines.flatten(),
  )
}
"""


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """What stands on one document; every text is printed as it is."""

    title: str
    mention: str
    pairs: tuple[tuple[str, str], ...]
    heads: tuple[str, ...] = ()
    lines: Sequence[tuple[str, ...]] = ()


def plain_documents(documents: Iterable[PlainDocument]) -> Iterator[bytes]:
    """PDF of each document, in order; the same document gives the same bytes.

    One typesetter serves the whole batch, so that fonts are read once.
    """
    typesetter = Typesetter()
    for document in documents:
        yield typesetter.pdf(TEMPLATE.encode(), data=asdict(document))
