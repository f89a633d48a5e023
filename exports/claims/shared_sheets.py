"""Sheets that the claim files of every funder share: indicators, findings, pieces, sources."""

from __future__ import annotations

from decimal import Decimal

from exports.claims.lines import shown_last
from exports.kit.cells import Live, Value, cell
from exports.kit.quantities import citation_name, reading_mark
from exports.kit.workbook import Book, Column, Sheet
from grants.enums import Severity
from grants.french import hours
from grants.labels import label
from grants.money import ZERO
from grants.rules.basis.explained import Citation, Source
from grants.rules.basis.findings import Finding
from grants.rules.claims.claim import Claim, IndicatorLine, PersonTotal, PieceLine

_INDICATORS = (
    Column("Indicateur", 38),
    Column("Ventilation", 18),
    Column("Unité", 13),
    Column("Objectif", 13, "number"),
    Column("Réalisé", 13, "number"),
    Column("Réalisé / objectif", 12, "percent"),
    Column("Méthode", 44),
    Column("Lignes du classeur importé", 24),
)
_FINDINGS = (
    Column("Gravité", 14),
    Column("Montant en jeu", 15, "euro"),
    Column("Constat", 70),
    Column("Agent", 12),
    Column("Mois", 10),
    Column("Poste", 12),
    Column("Texte", 40),
    Column("Code", 24),
)
_PIECES = (
    Column("N°", 6, "integer"),
    Column("Référence", 20),
    Column("Type", 24),
    Column("Intitulé", 30),
    Column("Agent", 24),
    Column("Du", 12, "date"),
    Column("Au", 12, "date"),
    Column("Montant", 14, "euro"),
    Column("Datée du", 12, "date"),
    Column("Lignes", 12),
    Column("Fichier", 30),
    Column("SHA-256", 36),
)
_SOURCES = (
    Column("Règle ou paramètre", 40),
    Column("Valeur utilisée", 24),
    Column("En vigueur depuis", 13, "date"),
    Column("Texte", 60),
    Column("Lecture", 22),
    Column("Lien", 60, "link"),
)
_JOBS = ("Marché, lot", "Bénéficiaire", "Employeur", "Du", "Au", "Heures")
_JOB_STYLES = ("text", "text", "text", "date", "date", "hours")


def write_indicators(book: Book, *, with_jobs: bool) -> None:
    """Indicators against their targets; for European money also the yearly list of clause
    employees, by pseudonym.
    """
    sheet = book.sheet("Indicateurs", _INDICATORS)
    sheet.table_head()
    for line in book.claim.indicators:
        sheet.cells(_indicator(line, sheet.row))
    if not book.claim.indicators:
        sheet.wide("Aucun indicateur n'est saisi pour cette convention.", "free")
    if with_jobs:
        _write_jobs(sheet, book.claim)


def _indicator(line: IndicatorLine, row: int) -> list[Value | Live]:
    percent: Value | Live = line.percent
    share = line.realised / line.target if line.target and line.realised is not None else None
    if share is not None and share == line.percent:
        target, realised = cell(row, 3), cell(row, 4)
        percent = Live(f'=IF({target}=0,"",{realised}/{target})', round(share, 12))
    return [
        line.name,
        line.breakdown,
        line.unit,
        line.target,
        line.realised,
        percent,
        line.method,
        source_text(line.sources),
    ]


def _write_jobs(sheet: Sheet, claim: Claim) -> None:
    sheet.heading("Salariés de la clause, par marché et période de travail")
    sheet.cells(_JOBS, ["header"] * len(_JOBS))
    for job in claim.clause_jobs:
        hours = Decimal(job.minutes) / 60
        period = (job.period.start, shown_last(job.period.last))
        sheet.cells((job.market, job.participant, job.employer, *period, hours), _JOB_STYLES)
    if not claim.clause_jobs:
        sheet.wide("Aucun salarié de la clause n'est saisi pour la période.", "free")


def write_findings(book: Book) -> None:
    """Findings of our own control, most euros at risk first."""
    sheet = book.sheet("Constats", _FINDINGS)
    sheet.table_head()
    plain, blocking = (
        sheet.shapes([style, "euro", *["text"] * 6]) for style in ("text", "blocking")
    )
    sheet.rows(
        (_finding(finding), blocking if finding.severity is Severity.BLOCKING else plain)
        for finding in book.claim.findings
    )
    if not book.claim.findings:
        sheet.wide("Aucun constat : rien ne s'oppose au dépôt.", "free")


def _finding(finding: Finding) -> tuple[Value, ...]:
    where = finding.where
    return (
        label(finding.severity),
        finding.amount,
        finding.message,
        where.person,
        where.month[:7],
        where.post,
        finding.source.text if finding.source else "",
        finding.code,
    )


def write_pieces(book: Book) -> None:
    """Numbered list of pieces with what identifies their files."""
    sheet = book.sheet("Pièces", _PIECES)
    sheet.table_head()
    shapes = sheet.shapes()
    sheet.rows((_piece(piece), shapes) for piece in book.claim.pieces)
    if not book.claim.pieces:
        sheet.wide("Aucune pièce n'est citée.", "free")


def _piece(piece: PieceLine) -> tuple[Value, ...]:
    period = piece.period
    return (
        piece.number,
        piece.reference,
        label(piece.kind) if piece.kind else "",
        piece.title,
        piece.person,
        period.start if period else None,
        shown_last(period.last) if period else None,
        piece.amount,
        piece.dated_on,
        ", ".join(map(str, piece.lines)),
        piece.file_name,
        piece.sha256,
    )


def write_sources(book: Book) -> None:
    """Every parameter and term used: its value, since when, the text and its address."""
    sheet = book.sheet("Sources", _SOURCES)
    sheet.table_head()
    for citation in book.claim.citations:
        sheet.cells(_cited(citation_name(citation.name), citation.value, citation))
    sheet.heading("Termes de la convention et paramètres du dispositif")
    write_settings(sheet)


def write_settings(sheet: Sheet) -> None:
    """Terms and settings in force at the end of the period, with where each comes from."""
    titles = ("Paramètre", "Valeur", "Depuis", "Origine", "Lecture", "Lien")
    sheet.cells(titles, ["header"] * len(titles))
    styles = ("text", "text", "date", "text", "text", "link")
    for setting in sheet.book.claim.settings:
        sheet.cells(_cited(setting.wording, setting.value, setting.citation), styles)


def _cited(name: str, value: str, citation: Citation) -> tuple[Value, ...]:
    mark = reading_mark(citation)
    return name, value, citation.since, citation.text, mark, citation.href


def source_text(sources: tuple[Source, ...]) -> str:
    """Sheets and rows as a reader looks them up.

    Example:
    >>> source_text((Source("valeurs", "2-13"),))
    'valeurs : 2-13'
    """
    return " ; ".join(f"{source.sheet} : {source.rows}" for source in sources)


def person_row(person: PersonTotal) -> tuple[Value, ...]:
    """A person's hours, share and cost over the period, beside the minimum that the call asks."""
    accepted = "oui" if person.accepted else f"non, il manque {hours(person.missing_hours)}"
    return (
        person.name,
        person.person_code,
        _hours(person.total_minutes),
        _hours(person.operation_minutes),
        person.share.value if person.share else None,
        person.minimum,
        accepted if person.minimum is not None else "",
        person.amount,
        person.retained,
    )


def _hours(minutes: int | None) -> Decimal | None:
    return None if minutes is None else Decimal(minutes) / 60


def findings_total(claim: Claim) -> Decimal:
    """Euros at risk of the findings that forbid filing."""
    blocking = (f.amount for f in claim.findings if f.severity is Severity.BLOCKING)
    return sum(blocking, ZERO)
