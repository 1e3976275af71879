"""Free ports on loopback. A stack that is started again gets its earlier ports back where they are still free."""

import json
import secrets
import socket
from pathlib import Path

PORTS = "ports.json"
BELOW_CONNECTIONS = range(15_000, 32_000)  # Linux begins at 32,768, macOS at 49,152


class Ports:
    """Ports by name, remembered in a file of the stack's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = path = folder / PORTS
        self._known: dict[str, int] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def get(self, name: str) -> int:
        """The port of that name."""
        port = self._known.get(name)
        if port is None or not is_free(port):
            port = free_port(set(self._known.values()))
        self._known[name] = port
        self._path.write_text(json.dumps(self._known, indent=2), "utf-8")
        return port


def is_free(port: int) -> bool:
    """Whether somebody could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection that just closed is no listener
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(taken: set[int]) -> int:
    """A free port not among `taken`, out of the range that the system takes the near ends of connections from.

    A port that the system itself gives out may be gone before the server is up: some client's connection has it.
    """
    while (port := BELOW_CONNECTIONS[secrets.randbelow(len(BELOW_CONNECTIONS))]) in taken or not is_free(port):
        pass
    return port
