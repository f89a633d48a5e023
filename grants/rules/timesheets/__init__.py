"""A person's month: its rows and days, what may be typed, signed or locked, what looks odd.

``building`` makes the ``sheet`` that page, PDF, workbook and manager's month show.
"""
