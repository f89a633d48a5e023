"""The coverage report as a picture: FTE by territory, and the FTE that end within 36 months.

A Vega-Lite specification rendered to SVG on the server. Figures go in as text and are parsed by
the chart's own engine, so that no binary float is made here; the same report gives the same bytes.
A process that has rendered once must not fork afterwards: its child would hang.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import vl_convert

from exports.kit.json_values import decimal_text
from grants.french import day_fr, days_fr
from grants.rules.coverage.ends import ConventionEnd, window
from grants.rules.coverage.report import CoverageReport, TerritoryCoverage

VEGA_LITE = "5.21"
LOCALE: Literal["fr-FR"] = "fr-FR"
WIDTH = 620
BAR_HEIGHT = 26
TIMELINE_HEIGHT = 130
MOST_TERRITORIES = 40
FILLED, VACANT, FUNDED = "Pourvus", "Vacants", "Financés (trait)"
CONTINUED, LOST = "Repris par une autre convention", "Perdus"
BLUE, SAND, INK, GREY, RED = "#2f6690", "#e9c46a", "#1f2933", "#9aa5b1", "#b00020"
CONFIG: dict[str, Any] = {
    "font": "Liberation Sans, Arial, sans-serif",
    "background": "white",
    # The reader's own font may be a fifth wider than the one that texts are measured with here.
    "padding": {"left": 40, "right": 30, "top": 5, "bottom": 5},
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "gridColor": "#e4e7eb",
        "domainColor": GREY,
        "tickColor": GREY,
        "labelLimit": 240,
    },
    "legend": {
        "orient": "top",
        "labelFontSize": 12,
        "title": None,
        "symbolType": "square",
        "symbolOpacity": 1,
        "labelLimit": 300,
        "columnPadding": 60,
    },
    "title": {
        "anchor": "start",
        "frame": "group",
        "fontSize": 14,
        "color": INK,
        "fontWeight": 600,
        "offset": 8,
    },
}


def coverage_chart_svg(report: CoverageReport) -> str:
    """SVG of the report; French numbers and months.

    Shows the territories that nothing contains, or those inside when there is only one; beyond
    forty the ones with most FTE approved. The table beside it always shows all.
    """
    svg = vl_convert.vegalite_to_svg(
        coverage_chart_spec(report),
        vl_version=VEGA_LITE,
        format_locale=LOCALE,
        time_format_locale=LOCALE,
    )
    return str(svg)


def coverage_chart_spec(report: CoverageReport) -> dict[str, Any]:
    """Vega-Lite specification of the report."""
    first, last = report.period.start, report.period.last
    days = f"le {day_fr(first)}" if first == last else f"{days_fr(first, last)}"
    return {
        "description": f"ETP pourvus, vacants et financés par territoire {days}",
        "config": CONFIG,
        "spacing": 34,
        "resolve": {"scale": {"color": "independent"}, "legend": {"color": "independent"}},
        "vconcat": [
            _territories(charted(report), f"ETP par territoire {days}"),
            _timeline(report),
        ],
    }


def charted(report: CoverageReport) -> Sequence[TerritoryCoverage]:
    """Territories that the chart shows, in the order of the table.

    Roots; where one root holds everything, the territories right inside it.
    """
    roots = [row for row in report.territories if row.depth == 0]
    inside = [row for row in report.territories if row.depth == 1]
    rows = inside if len(roots) == 1 and inside else roots
    most = sorted(rows, key=lambda row: -row.figures.approved.value)[:MOST_TERRITORIES]
    return [row for row in rows if row in most]


def _territories(rows: Sequence[TerritoryCoverage], title: str) -> dict[str, Any]:
    names = [_wording(row, rows) for row in rows]
    place = {"field": "territory", "type": "nominal", "sort": names, "title": None}
    length = {
        "field": "fte",
        "type": "quantitative",
        "title": "ETP",
        "axis": {"format": ".1~f", "tickCount": 8},
    }
    colour = {
        "field": "state",
        "type": "nominal",
        "scale": {"domain": [FILLED, VACANT, FUNDED], "range": [BLUE, SAND, INK]},
    }
    encoding = {"y": place, "x": length, "color": colour}
    return {
        "title": title,
        "width": WIDTH,
        "height": {"step": BAR_HEIGHT},
        "layer": [
            {
                "data": _data(_stacked(names, rows)),
                "mark": {"type": "bar", "height": 16},
                "encoding": encoding | {"order": {"field": "order", "type": "quantitative"}},
            },
            {
                "data": _data(_funded(names, rows)),
                "mark": {"type": "tick", "thickness": 3, "height": 22},
                "encoding": encoding,
            },
        ],
    }


def _stacked(
    names: Sequence[str], rows: Sequence[TerritoryCoverage]
) -> Sequence[Mapping[str, object]]:
    """Filled, then vacant: together what is approved."""
    return [
        {"territory": name, "state": state, "order": order, "fte": decimal_text(figure.value)}
        for name, row in zip(names, rows, strict=True)
        for order, (state, figure) in enumerate(
            ((FILLED, row.figures.filled), (VACANT, row.figures.vacant))
        )
    ]


def _funded(
    names: Sequence[str], rows: Sequence[TerritoryCoverage]
) -> Sequence[Mapping[str, object]]:
    return [
        {"territory": name, "state": FUNDED, "fte": decimal_text(row.figures.funded.value)}
        for name, row in zip(names, rows, strict=True)
        if row.figures.funded.value
    ]


def _wording(row: TerritoryCoverage, rows: Sequence[TerritoryCoverage]) -> str:
    # Two territories of one name would share a bar.
    name = row.territory.name
    same = [other for other in rows if other.territory.name == name]
    return name if len(same) == 1 else f"{name} ({row.territory.code})"


def _timeline(report: CoverageReport) -> dict[str, Any]:
    ahead = window(report.as_of)
    values = [
        {"day": f"{end.last_day:%Y-%m-%d}", "state": state, "order": order, "fte": fte}
        for end in report.ends
        for order, (state, fte) in enumerate(_parts(end))
    ]
    return {
        "title": f"ETP dont le financement prend fin d'ici le {day_fr(ahead.last)}",
        "width": WIDTH,
        "height": TIMELINE_HEIGHT,
        "data": _data(values),
        "mark": {"type": "bar", "size": 12},
        "encoding": {
            "x": {
                "field": "day",
                "type": "temporal",
                "timeUnit": "utcyearmonth",
                "title": None,
                "scale": {
                    "type": "utc",
                    "domain": [f"{ahead.start:%Y-%m-%d}", f"{ahead.end:%Y-%m-%d}"],
                },
                "axis": {"format": "%b %Y", "labelAngle": 0, "tickCount": 8},
            },
            "y": {
                "field": "fte",
                "type": "quantitative",
                "aggregate": "sum",
                "title": "ETP",
                "axis": {"format": ".1~f", "tickCount": 4},
            },
            "color": {
                "field": "state",
                "type": "nominal",
                "scale": {"domain": [CONTINUED, LOST], "range": [GREY, RED]},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
    }


def _parts(end: ConventionEnd) -> tuple[tuple[str, str], tuple[str, str]]:
    continued = end.ending.value - end.lost.value
    return (CONTINUED, decimal_text(continued)), (LOST, decimal_text(end.lost.value))


def _data(values: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    return {"values": list(values), "format": {"type": "json", "parse": {"fte": "number"}}}
