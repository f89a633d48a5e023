"""PDF documents, typeset with Typst; this module is the only one that imports it, when asked for.

Data goes in as JSON and is never read as markup. Only fonts that Typst carries itself are used, so
that the same document gives the same bytes on every machine. A process that has typeset once must
not fork afterwards: its child would hang (workers are spawned, never forked, once a document was
made).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import typst

Standard = Literal["a-3a", "ua-1"]
_RUNS_REMEMBERED = 10


class CannotTypeset(ValueError):
    """Typst refuses the document: mostly a character that none of its fonts draws."""


class Typesetter:
    """Makes documents one after the other; fonts are read once for all of them.

    Args: files: what the document may name, ``main`` among them unless each run brings its source.
    """

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self._compiler = compiler(files)

    def pdf(
        self,
        source: bytes | None = None,
        *,
        data: object = None,
        standards: Sequence[Standard] = (),
    ) -> bytes:
        """One document.

        Args: data: what the source reads as ``sys.inputs.data``.
        Raises: CannotTypeset: Typst refuses it.
        """
        import typst

        inputs = {} if data is None else {"data": json_text(data)}
        try:
            pdf = self._compiler.compile(
                source, format="pdf", sys_inputs=inputs, pdf_standards=list(standards)
            )
        except typst.TypstError as error:
            raise CannotTypeset(str(error)) from error
        if not isinstance(pdf, bytes):
            raise TypeError("Typst gave no single PDF")
        return pdf


def compiler(files: Mapping[str, bytes] | None = None) -> typst.Compiler:
    """Typst itself, over files in memory or over the source of each run."""
    import typst

    sources: Any = {} if files is None else {"input": dict(files)}  # its stub forgets such files
    return typst.Compiler(**sources, ignore_system_fonts=True)


def forget_layouts() -> None:
    """Make Typst let go of what it remembers of a large file.

    It keeps the layouts of its last ten runs; after ten files of a team that would be a gigabyte.
    """
    empty = compiler()
    for _ in range(_RUNS_REMEMBERED + 1):
        empty.compile(b"", format="pdf")


def json_text(data: object) -> str:
    """Data as a Typst source reads it."""
    return json.dumps(data, ensure_ascii=False)
