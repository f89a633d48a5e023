"""The import workbook, declared: each sheet once, with its columns and all that the program does
with its rows.

``columns`` and ``sheets`` are read by the template, the filled workbook, docs/import.md, the
import, the trail, the purge and the register of processing. Nothing here knows a database or a
library for workbooks: tables go by their name.
"""
