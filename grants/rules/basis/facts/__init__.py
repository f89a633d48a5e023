"""Facts as the rules see them: frozen, small, without a database, one module a subject.

Services read each table once and build these; rules never meet a row or a request. Rows are
spreadsheet rows of the import workbook, so that every figure can be taken back to them; the sheet
follows from the type of the fact.
"""
