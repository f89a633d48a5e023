"""What carries everything else: database, tenants' walls, storage, mail, health.

Knows no subject; every subject may ask here.
"""
