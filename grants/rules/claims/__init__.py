"""A claim: lines, costs, flat rates, resources, grant due, in the order of the guide's page.

``engine`` goes through them once; ``claim`` is what comes out.
"""
