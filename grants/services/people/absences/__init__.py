"""Absences: typed on a page, read from a csv or a calendar, kept beside the sheets they touch."""
