"""Free ports on loopback. A stack that is started again gets its earlier ports back where they are still free."""

import json
import socket
from pathlib import Path


class Ports:
    """Ports by name, remembered in a file of the stack's folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, int] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def get(self, name: str) -> int:
        """The port of that name. Weed derives one port from another, so numbers stay below 55,000."""
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
    """A port that the system gives out and that is not among `taken`."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in taken:
            return port
