"""What the command keeps between calls: sessions, keys of a committee member, receipts. One folder per profile.

The folder is `$LICITA_HOME`, by default `~/.licita`. Files are readable by their owner alone.
"""

import json
import os
from pathlib import Path
from typing import Any

OWNER_ONLY = 0o600


class Home:
    """A profile's folder."""

    def __init__(self, folder: Path, profile: str) -> None:
        self.folder = folder / profile

    def path(self, name: str) -> Path:
        """Where a file of this profile is; its folder exists afterwards."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path

    def read(self, name: str) -> Any:
        """The JSON in a file, None where there is no file."""
        path = self.folder / name
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def write(self, name: str, value: Any) -> Path:
        """Writes JSON so that a crash leaves the old file or the new one, never half of it."""
        return write_private(self.path(name), json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_private(path: Path, text: str) -> Path:
    """Writes a text file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return path
