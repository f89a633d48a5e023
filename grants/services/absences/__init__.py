"""Absences: kept, and read from the files that payroll programs and calendars hand out."""
