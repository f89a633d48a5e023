"""Who gives an order at a terminal, for the trail: the system's user, on which machine."""

from __future__ import annotations

import getpass
import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grants.services.audit.writing import Actor


def terminal_actor() -> Actor:
    """The system's user: commands ask for no account."""
    from grants.services.audit.writing import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        name = str(os.getuid())
    return Actor(None, f"Terminal ({name})")


def terminal_origin() -> str:
    """Name of the machine."""
    return socket.gethostname()
