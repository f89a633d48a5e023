"""Addresses with a query. Names of a query never become arguments of ``url_for``.

``url_for(endpoint, **query)`` would take ``_method``, ``_external``, ``_anchor`` or ``endpoint``
for its own, and a query's ``kind`` for that of the path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import url_for


def address(endpoint: str, parts: Mapping[str, Any], query: Mapping[str, object]) -> str:
    """Address of a page: ``parts`` stand in its path, ``query`` behind the question mark."""
    path = url_for(endpoint, **parts)
    return f"{path}?{urlencode(query)}" if query else path
