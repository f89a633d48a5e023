"""Log-in through an identity provider: the address to go to, the answer, its tokens, its wire.

``login`` is what views call; ``provider``, ``tokens`` and ``wire`` are its steps.
"""
