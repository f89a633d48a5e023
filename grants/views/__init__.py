"""The site: one blueprint a room, found by name so that none has to be listed twice."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Give the app its error pages, headers, guard and filters, and each room's ``blueprint``."""
    from flask import Blueprint

    from grants.views.edge import (
        access,
        assets,
        compression,
        converters,
        errors,
        extensions,
        filters,
        former_addresses,
        health,
        navigation,
        pay_told,
        permissions,
        request_log,
        security,
        step_up,
    )

    extensions.register(app)
    compression.register(app)  # first here, so last with an answer
    converters.register(app)
    assets.register(app)
    request_log.register(app)
    errors.register(app)
    former_addresses.register(app)
    security.register(app)
    access.register(app)
    permissions.register(app)
    step_up.register(app)
    pay_told.register(app)
    navigation.register(app)
    filters.register(app)
    app.register_blueprint(health.blueprint)
    for module in iter_modules(__path__):
        blueprint = getattr(import_module(f"{__name__}.{module.name}"), "blueprint", None)
        if isinstance(blueprint, Blueprint):
            app.register_blueprint(blueprint)
