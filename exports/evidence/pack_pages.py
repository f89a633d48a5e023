"""Pages of a justification pack: they open in any browser, without our software and without script.

Every figure leads to the steps that gave it, every step to its text and its pieces. Templates
escape whatever they print; only addresses of the web become links.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from exports.evidence.pack_names import line_path, piece_path
from exports.kit.quantities import citation_name, quantity, reading_mark
from grants import french
from grants.config import data_dir
from grants.labels import formula_label, label, term_label
from grants.rules.basis.explained import Explained
from grants.rules.basis.findings import Finding
from grants.rules.claims.claim import Claim, ClaimLine, PieceLine

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Figure:
    """A total of the claim and the place of its proof on the page of figures."""

    anchor: str
    title: str
    result: Explained[Decimal]


@dataclass(frozen=True, slots=True)
class Links:
    """Where a step may lead: to the section of a total, to the file of a piece."""

    anchors: Mapping[Explained[Decimal], str]
    files: Mapping[str, str]
    to_root: str = ""

    def anchor(self, result: Explained[Decimal]) -> str:
        """Section of the page that proves this very figure; empty when none does."""
        return self.anchors.get(result, "")

    def file(self, reference: str) -> str:
        """Address of a piece's file; empty when it is not in the pack."""
        path = self.files.get(reference, "")
        return f"{self.to_root}{path}" if path else ""


@dataclass(frozen=True)
class PackPages:
    """Pages of one claim. ``standing`` holds the numbers of the pieces whose file is in the pack,
    ``event_count`` the lines of its journal.
    """

    claim: Claim
    standing: Collection[int]
    event_count: int

    @cached_property
    def pieces_of_line(self) -> dict[int, list[PieceLine]]:
        """Pieces by number of the line that rests on them."""
        found = defaultdict(list)
        for piece in self.claim.pieces:
            for number in piece.lines:
                found[number].append(piece)
        return found

    @cached_property
    def lines_of_place(self) -> dict[tuple[str, str], list[ClaimLine]]:
        """Lines by person and month, and by person alone, as findings name them."""
        found = defaultdict(list)
        for line in self.claim.lines:
            found[line.person_code, line.month.isoformat()].append(line)
            found[line.person_code, ""].append(line)
        return found

    @cached_property
    def missing(self) -> list[PieceLine]:
        """Pieces that the claim names and whose file is not in the pack."""
        return [piece for piece in self.claim.pieces if piece.number not in self.standing]

    @cached_property
    def files(self) -> dict[str, str]:
        """Files of the pieces in the pack, by reference."""
        kept = (piece for piece in self.claim.pieces if piece.number in self.standing)
        return {piece.reference: piece_path(piece) for piece in kept}

    def index(self) -> Iterator[bytes]:
        """First page: everything at a glance, each figure a link to its proof."""
        return self._rendered("index.html", to_root="", figures=figures(self.claim), pages=self)

    def figures(self) -> Iterator[bytes]:
        """Proofs of the totals."""
        found = figures(self.claim)
        anchors = {figure.result: anchor for anchor, figure in reversed(found.items())}
        links = Links(anchors, self.files)
        return self._rendered("figures.html", to_root="", figures=found, links=links)

    def line(self, position: int) -> Iterator[bytes]:
        """Page of one line, between the one before and the one after."""
        lines = self.claim.lines
        line = lines[position]
        proofs = _line_proofs(line)
        return self._rendered(
            "line.html",
            to_root="../",
            line=line,
            proofs=proofs,
            links=Links({proof.result: proof.anchor for proof in proofs[::-1]}, self.files, "../"),
            pieces=self.pieces_of_line.get(line.number, []),
            standing=self.standing,
            previous=lines[position - 1] if position else None,
            following=lines[position + 1] if position + 1 < len(lines) else None,
        )

    def lines_of(self, finding: Finding) -> Sequence[ClaimLine]:
        """Lines that a finding is about."""
        return self.lines_of_place.get((finding.where.person, finding.where.month), [])

    def _rendered(self, template: str, **values: object) -> Iterator[bytes]:
        parts = _environment().get_template(template).generate(claim=self.claim, **values)
        return _in_chunks(parts)


def figures(claim: Claim) -> dict[str, Figure]:
    """Totals of the claim by anchor, in the order of the forms."""
    grant = claim.grant
    found = [
        Figure("staff", "Dépenses directes de personnel", claim.staff),
        Figure("services", "Prestations (mises à disposition)", claim.services),
        Figure("other_direct", "Autres dépenses directes", claim.other_direct),
        Figure("flat", "Coûts indirects forfaitaires", claim.flat),
        Figure("eligible_cost", "Dépenses éligibles", claim.eligible_cost),
        Figure("retained_cost", "Dépenses retenues", claim.retained_cost),
        Figure("other_resources", "Autres ressources", claim.other_resources),
        *(
            Figure(f"limit-{name}", f"Limite : {term_label(name)}", amount)
            for name, amount in grant.limits
            if amount is not None
        ),
        Figure("due", "Subvention due", grant.due),
        Figure("already_paid", "Déjà versé", grant.already_paid),
        Figure("to_pay", "Reste à verser", grant.to_pay),
        *_numbered_figures(claim),
    ]
    return {figure.anchor: figure for figure in found}


def _numbered_figures(claim: Claim) -> Iterator[Figure]:
    for rank, person in enumerate(claim.persons, 1):
        if person.share is not None:
            yield Figure(f"person-{rank}", f"Part du temps : {person.name}", person.share)
    for rank, resource in enumerate(claim.resources, 1):
        name = f"{resource.funder}, {resource.label}" if resource.label else resource.funder
        yield Figure(f"counted-{rank}", f"Ressource retenue : {name}", resource.counted)
        yield Figure(f"assigned-{rank}", f"Ressource affectée : {name}", resource.assigned)
    for rank, line in enumerate(claim.table, 1):
        title = f"Compte rendu financier, {label(line.side).lower()} {line.line} {line.wording}"
        yield Figure(f"table-{rank}", title.strip(), line.realised)
    for rank, planned in enumerate(claim.plan, 1):
        yield Figure(f"plan-{rank}", f"Plan de financement : {planned.label}", planned.realised)


def _line_proofs(line: ClaimLine) -> list[Figure]:
    """Proofs of a line, base first: the amount is explained by what stands above it."""
    steps = (
        ("base", "Base : coût éligible", line.base),
        ("share", "Part retenue", line.share),
        ("rate", "Taux horaire", line.hourly_rate),
        ("amount", "Montant de la ligne", line.amount),
    )
    return [Figure(anchor, title, step) for anchor, title, step in steps if step]


def style() -> bytes:
    """Style sheet of the pages."""
    return (data_dir("templates") / "evidence" / "pack" / "style.css").read_bytes()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(data_dir("templates") / "evidence" / "pack"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "citation_name": citation_name,
        "reading_mark": reading_mark,
        "counted": french.count,
        "day": french.day_fr,
        "euro": french.euros,
        "formula": formula_label,
        "label": label,
        "line_path": line_path,
        "minutes": french.minutes,
        "month": french.month_fr,
        "number": french.number,
        "percent": french.percent,
        "period": french.period_fr,
        "piece_path": piece_path,
        "plural": french.plural,
        "quantity": quantity,
        "siret": french.siret_fr,
        "term": term_label,
    }
    environment.tests["explained"] = lambda value: isinstance(value, Explained)
    environment.tests["web"] = lambda href: str(href).startswith(("http://", "https://"))
    return environment


def _in_chunks(parts: Iterator[str]) -> Iterator[bytes]:
    kept: list[str] = []
    size = 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield "".join(kept).encode()
            kept, size = [], 0
    yield "".join(kept).encode()
