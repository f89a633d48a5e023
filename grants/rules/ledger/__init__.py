"""The ledger: a person's months cut into segments, and what each convention is charged.

``segments`` cuts, ``charges`` charges, ``hourly`` values hours; no cent is lost or taken twice.
"""
