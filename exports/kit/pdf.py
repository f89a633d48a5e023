"""PDF documents, typeset with Typst; this package is the only one that imports it.

Data goes in as JSON and is never read as markup. A process that has typeset once must not fork
afterwards: its child would hang (workers are spawned, never forked, once a document was made).
"""
