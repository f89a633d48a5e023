"""Personal data: register, exports, purge."""

from __future__ import annotations

from grants.views.privacy import my_data, pages
from grants.views.privacy.blueprint import blueprint

__all__ = [
    "blueprint",
    "my_data",
    "pages",
]
