"""Workbooks on their way in and out."""
