"""``grants coverage``: posts and FTE by territory, on the terminal, as JSON or as a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grants.cli.application import with_database
from grants.cli.options import FrenchDay, as_of_option, period_options, read_period
from grants.errors import Conflict
from grants.french.failures import failure_fr
from grants.periods import DAY, Period

if TYPE_CHECKING:
    from grants.rules.coverage.report import CoverageReport


@click.command(help="Montrer les postes et les ETP par territoire.")
@click.option("--on", "on", type=FrenchDay(), help="Un seul jour ; par défaut aujourd'hui.")
@period_options
@as_of_option
@click.option("--json", "as_json", is_flag=True, help="Écrire le rapport en JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Écrire un classeur.")
@with_database
def coverage(
    on: date | None,
    first: date | None,
    last: date | None,
    as_of: date | None,
    as_json: bool,
    out: Path | None,
) -> None:
    """Show the coverage."""
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.coverage.report import coverage_report

    period = _require_period(on, read_period(first, last), clock().today())
    # The 36 months run from the day asked about: a past year shows what ended after it.
    report = coverage_report(db.session(), period=period, as_of=as_of or period.last)
    if out is not None:
        _write(report, out)
    if as_json:
        _print_json(report)
    else:
        from grants.cli.coverage_tables import print_coverage

        print_coverage(report)
        if out is not None:
            click.echo(f"Classeur écrit : {out}")


def _require_period(on: date | None, between: Period | None, today: date) -> Period:
    if on is not None and between is not None:
        raise Conflict("--on désigne un seul jour : donnez-le, ou --from et --to", field="period")
    day = on or today
    return between or Period(day, day + DAY)


def _write(report: CoverageReport, out: Path) -> None:
    from exports.coverage.workbook import coverage_workbook

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(coverage_workbook(report))
    except OSError as error:
        raise Conflict(f"« {out} » ne peut pas être écrit : {failure_fr(error)}") from error


def _print_json(report: CoverageReport) -> None:
    from exports.coverage.json_file import coverage_json
    from exports.kit.json_values import canonical

    click.echo(canonical(coverage_json(report)).decode(), nl=False)
