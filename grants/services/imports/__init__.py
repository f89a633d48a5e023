"""Bring a workbook in: read it, check every cell, then write what is new or changed, all or
nothing.
"""

from grants.services.imports.importing import import_file
from grants.services.imports.reading import read_workbook
from grants.services.imports.report import ImportReport, Progress, SheetReport

__all__ = ["ImportReport", "Progress", "SheetReport", "import_file", "read_workbook"]
