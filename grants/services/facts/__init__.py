"""Stored rows as the rules' facts: the only readers between tables and rules.

``people``, ``posts``, ``pay``, ``money``, ``pieces``, ``indicators``, ``times``, ``signatures`` and
``terms`` have one reader a table: one query whatever the number of rows, narrowed by keywords
(persons, conventions, organisation, period). ``ledger`` and ``claim`` put them together. Everything
above asks here; ``tests/unit/house/test_facts.py`` fails where facts are built elsewhere.
"""
