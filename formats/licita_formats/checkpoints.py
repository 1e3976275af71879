"""Checkpoints by C2SP `tlog-checkpoint`: a log's origin, size and root, signed as a note."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from licita_formats.encoding import from_base64, to_base64
from licita_formats.merkle import LogError
from licita_formats.notes import Signer, Verifier, open_note, sign

ROOT_BYTES = 32
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: who it is, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Reads the text of a checkpoint. Extension lines are refused: our log writes none.

        Raises:
            LogError: anything else than an origin, a size and a root.
        """
        lines = text.split("\n")
        match lines:
            case [origin, size, encoded, ""] if origin and _SIZE.fullmatch(size):
                return cls(origin, int(size), _root(encoded))
        raise LogError("checkpoint_malformed")


def sign_checkpoint(checkpoint: Checkpoint, *signers: Signer) -> bytes:
    """The checkpoint as a signed note."""
    return sign(checkpoint.text, *signers)


def open_checkpoint(note: bytes, verifiers: Iterable[Verifier]) -> Checkpoint:
    """Checks the signatures and reads the checkpoint.

    Raises:
        NoteError: malformed, or not signed by a known key.
        LogError: the text is no checkpoint.
    """
    return Checkpoint.parse(open_note(note, verifiers).text)


def _root(encoded: str) -> bytes:
    try:
        root = from_base64(encoded)
    except ValueError as error:
        raise LogError("checkpoint_malformed") from error
    if len(root) != ROOT_BYTES:
        raise LogError("checkpoint_malformed")
    return root
