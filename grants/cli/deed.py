"""What a command does, for the trail: the system's user, on which machine, now."""

from __future__ import annotations

import getpass
import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grants.services.audit.deed import Deed


def terminal_deed(reason: str = "") -> Deed:
    """What the system's user does now: commands ask for no account."""
    from grants.clock import clock
    from grants.enums import AuditVia
    from grants.services.audit.deed import Actor, Deed

    actor = Actor(None, f"Terminal ({_user_name()})")
    return Deed(actor, clock().now(), AuditVia.CLI, socket.gethostname(), reason.strip())


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return str(os.getuid())
