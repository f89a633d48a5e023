"""A person's month: hours typed day by day, signed, validated, locked, printed, uploaded.

``loading`` reads a month, ``typing`` writes hours, ``steps`` moves its state, ``team`` shows a
manager's months.
"""
