"""An invented Twilio account and free ports, for everything that runs on this machine alone."""

import socket

ACCOUNT = "AC" + "0" * 32
SENDER = "whatsapp:+441632960000"
"""A number that Ofcom keeps for drama."""


def free_port() -> int:
    """Return a port on which nothing listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
