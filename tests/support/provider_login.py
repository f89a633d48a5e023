"""Logging in through a provider, from the button to the way back, as a browser does."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from grants.config_openid import openid_settings
from tests.support.identity_provider import IdentityProvider


def use(app: Flask, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    """Set an app to a provider by the variables that administrators give."""
    monkeypatch.setitem(app.config, "OPENID", openid_settings(environment))


def begin(client: FlaskClient, query: str = "") -> str:
    """Address at the provider that the log-in leads to."""
    answer = client.get(f"/connexion/openid{query}")
    assert answer.status_code == 303
    return answer.location


def come_back(client: FlaskClient, url: str) -> TestResponse:
    """Follow the provider's redirect back to the site."""
    parts = urlsplit(url)
    return client.get(f"{parts.path}?{parts.query}")


def enter(client: FlaskClient, provider: IdentityProvider, query: str = "") -> TestResponse:
    """A whole log-in; the answer to the way back."""
    return come_back(client, provider.approve(begin(client, query)))


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is logged in."""
    return client.get("/compte").status_code == 200
