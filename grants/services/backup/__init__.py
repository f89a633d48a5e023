"""The whole installation in one file, and back, across both databases.

``saving`` writes it, ``checking`` reads it without a database, ``restoring`` puts it in place.
"""
