"""The port that a server listens on."""

import socket

from index.errors import FixSettings

MAX_PORT = 65_535


def listening(host: str, port: int) -> socket.socket:
    """Return a socket bound to the port; raises `FixSettings` where it cannot be had."""
    if not 0 <= port <= MAX_PORT:
        raise FixSettings(
            f"Port {port} does not exist; choose one from 1 to {MAX_PORT} with --port."
        )
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise FixSettings(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --port."
        ) from None
    return bound
