"""Claims: a convention's period from stored facts to computed figures, line by line.

``computing.compute_claim`` is what pages, commands and packs call; ``figures`` opens one figure,
``person_ledger`` shows who carries what of a person's time.
"""
