"""The trail: who did what to which object, chained by hash and never rewritten.

``deed`` says who acts, ``writing.record`` tells it, ``reading`` finds it again, ``wording`` puts it
in French.
"""
