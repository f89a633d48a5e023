"""The cookie by which a browser is known again; it opens nothing (``accounts/devices``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import after_this_request, current_app, request

from grants.clock import clock
from grants.extensions import db
from grants.services.accounts.devices import LASTS, Device, device_text, meet, read_device

if TYPE_CHECKING:
    from flask import Response


def visiting_device() -> Device:
    """The browser of this request."""
    return read_device(request.cookies.get(_name(), ""), installation_keys())


def note_device(user_id: int, words: str, *, is_told: bool) -> None:
    """An account was opened on this browser: its owner is written to where it is unknown, and it is
    known from now on.
    """
    device = meet(
        db.session(),
        user_id=user_id,
        device=visiting_device(),
        words=words,
        address=request.remote_addr or "",
        at=clock().now(),
        is_told=is_told,
    )
    remember_device(device)


def remember_device(device: Device) -> None:
    """Let the answer of this request carry the device's cookie."""
    text = device_text(device, installation_keys())

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _name(),
            text,
            max_age=LASTS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def installation_keys() -> list[str]:
    """The installation's keys, the present one last."""
    former: list[str] = current_app.config["SECRET_KEY_FALLBACKS"] or []
    return [*reversed(former), str(current_app.config["SECRET_KEY"])]


def _name() -> str:
    return str(current_app.config["DEVICE_COOKIE_NAME"])
