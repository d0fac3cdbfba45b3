"""Ports for servers that may be started again on the same one."""

import contextlib
import random
import socket
from pathlib import Path

from deploy.parts import PARTS

_GIVEN_TO_CALLERS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A port that nobody listens on."""
    return free_ports(1)


def installation_ports() -> int:
    """The gateway's port; behind it lie those of the services, when each has a process, of traces and of mail."""
    return free_ports(2 + len(PARTS))


def free_ports(number: int) -> int:
    """The first of as many free ports in a row.

    They lie below those that the system gives to outgoing connections: one of those could take the port in the moment
    in which its server is down.
    """
    first_given = int(_GIVEN_TO_CALLERS.read_text().split()[0])
    while True:
        first = random.randrange(first_given - 20_000, first_given - number)
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in range(first, first + number):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
