"""Categories that suppliers follow, and which followed categories an item's classification falls under."""

import re
from dataclasses import dataclass

# UNSPSC, CPV and catalogues built on them: eight digits, where trailing zeros mean "and all below". CPV puts a check
# digit behind a dash; national catalogues put a number of their own there.
CODE = re.compile(r"(\d{8})(?:-(\d+))?")
DIGITS = 8
SHORTEST_STEM = 2


@dataclass(frozen=True, order=True)
class Category:
    """A classification code within a scheme, for example UNSPSC 43210000."""

    scheme: str
    id: str

    @property
    def key(self) -> tuple[str, str]:
        """The form in which categories are compared: scheme without case, code without a check digit."""
        code = CODE.fullmatch(self.id.strip())
        plain = self.id.strip().casefold()
        if code and len(code[2] or "") == 1:
            plain = code[1]
        return " ".join(self.scheme.split()).casefold(), plain


def keys_above(item: Category) -> set[tuple[str, str]]:
    """Keys of all categories whose followers want to hear of this item: its own and the broader ones."""
    scheme, own = item.key
    keys = {(scheme, own)}
    if code := CODE.fullmatch(own):
        stems = (code[1][:length] for length in range(SHORTEST_STEM, DIGITS + 1))
        keys |= {(scheme, stem.ljust(DIGITS, "0")) for stem in stems}
    return keys
