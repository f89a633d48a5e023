"""The site: one blueprint per audience, found by name so that none has to be listed twice."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Give the app its error pages, headers, guard and filters, and each module's ``blueprint``."""
    from flask import Blueprint

    from grants.views import (
        access,
        converters,
        errors,
        filters,
        navigation,
        permissions,
        request_log,
        security,
    )

    converters.register(app)
    request_log.register(app)
    errors.register(app)
    security.register(app)
    access.register(app)
    permissions.register(app)
    navigation.register(app)
    filters.register(app)
    for module in iter_modules(__path__):
        blueprint = getattr(import_module(f"{__name__}.{module.name}"), "blueprint", None)
        if isinstance(blueprint, Blueprint):
            app.register_blueprint(blueprint)
