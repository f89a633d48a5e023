"""The import workbook from outside: template, guide, filled copy, documentation."""
