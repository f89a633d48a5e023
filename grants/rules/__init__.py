"""The rules of funders and of law, as pure functions on Decimal and dates.

Every rule of the catalogue has one shape. It takes keyword arguments named as the catalogue names
them, and gives a frozen dataclass whose fields are the catalogue's output keys, as plain values.
One more field, ``explained``, maps an output key to its ``Explained`` twin (value, formula, inputs,
figures with their texts), which a claim embeds as it stands: ``fse_balance(…).explained["due"]``.
``grants.rules.basis.explained.rest_on`` puts explained inputs in the place of plain ones, so that a
figure leads down to its rows. A rule that rests on a dated legal figure takes ``as_of``.
A rule without an answer raises ``RuleRefused`` with a code; ``grants.rules.basis.refusals`` lists
them. ``grants.rules.law.catalogue`` names every rule for case files.
"""
