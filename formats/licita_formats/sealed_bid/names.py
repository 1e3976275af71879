"""Which file names a package may carry. The same rule holds at sealing and at opening, on every operating system."""

import re
import unicodedata

MANIFEST = "manifest.json"
LONGEST_NAME = 255  # bytes of UTF-8, the limit of common file systems
_FORBIDDEN = frozenset('/\\:*?"<>|')
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # controls, invisible, private
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # devices on Windows


def is_safe_name(name: object) -> bool:
    """Whether `name` can be written into a folder as it is, and shows itself to a reader as what it is.

    Refused: path separators and drive letters, control and invisible characters (so also those that turn the direction
    of writing), names that begin with a dot, a space or a hyphen or end in a dot or a space, names of devices, names
    that are not in normalisation form C, over 255 bytes of UTF-8, or that of the manifest.
    """
    if not isinstance(name, str) or not name or name[0] in ". -" or name[-1] in ". ":
        return False
    if any(letter in _FORBIDDEN or unicodedata.category(letter) in _FORBIDDEN_CATEGORIES for letter in name):
        return False
    is_normal = unicodedata.is_normalized("NFC", name) and len(name.encode()) <= LONGEST_NAME
    return is_normal and not _RESERVED.fullmatch(name) and folded(name) != MANIFEST


def folded(name: str) -> str:
    """A form that is equal for names which some file system takes for the same."""
    return unicodedata.normalize("NFC", name.casefold())
