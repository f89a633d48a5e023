"""Grant management for posts of facilitateurs de la clause sociale d'insertion.

``import grants`` stays light: Flask and the database load when an app is made, so that the command
line answers at once and the rules can be used without either.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app(overrides: Mapping[str, object] | None = None, *, pages: bool = True) -> Flask:
    """Make the web application from the environment; ``overrides`` replace single settings.

    Commands need no ``pages``: without them the app is ready in half the time.
    """
    from flask import Flask

    from grants import config, extensions
    from grants.services.platform import tenancy

    settings = config.settings({**os.environ, **_as_environment(overrides)})
    templates = str(config.data_dir("templates"))
    folder = str(settings["DATA_DIR"])
    app = Flask(__name__, static_folder=None, template_folder=templates, instance_path=folder)
    app.config.update(settings)
    app.config.update(overrides or {})
    extensions.init_app(app)
    tenancy.install()
    if pages:
        from grants import views

        views.register(app)
    return app


def _as_environment(overrides: Mapping[str, object] | None) -> dict[str, str]:
    # A test that names its own folder must not leave a key or a database in the checkout's.
    folder = (overrides or {}).get("DATA_DIR")
    return {} if folder is None else {"GRANTS_DATA_DIR": str(folder)}
