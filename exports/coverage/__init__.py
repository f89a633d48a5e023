"""The coverage report as a workbook, a chart and JSON."""
