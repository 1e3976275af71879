"""The static layout of a log by C2SP `tlog-tiles`: tiles of hashes and bundles of entries, 256 wide.

Paths are relative to the log's prefix, as `tile/0/x001/234` and `tile/entries/000.p/5`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from licita_formats.merkle import LogError, Nodes, nodes_of

WIDTH = 256
HEIGHT = 8
HASH = 32
LARGEST_ENTRY = (1 << 16) - 1
_THOUSAND = 1000


@dataclass(frozen=True)
class Tile:
    """A tile of hashes: level, index within the level, and the number of hashes, from 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where the tile is served."""
        return f"tile/{self.level}/{_index_path(self.index, self.width)}"

    def data(self, nodes: Nodes) -> bytes:
        """The hashes of the tile, one after the other."""
        first = self.index * WIDTH
        return b"".join(nodes(HEIGHT * self.level, first + place) for place in range(self.width))


def entries_path(index: int, width: int = WIDTH) -> str:
    """Where the bundle of the entries from `index * 256` on is served."""
    return f"tile/entries/{_index_path(index, width)}"


def tiles(size: int, old_size: int = 0) -> Iterator[Tile]:
    """The tiles that a tree of `size` leaves has and one of `old_size` did not have, partial ones included."""
    level = 0
    while size:
        first = old_size // WIDTH
        for index in range(first, -(-size // WIDTH)):
            width = min(WIDTH, size - index * WIDTH)
            if index * WIDTH + width > old_size:
                yield Tile(level, index, width)
        level, size, old_size = level + 1, size // WIDTH, old_size // WIDTH


def bundles(size: int, old_size: int = 0) -> Iterator[Tile]:
    """The entry bundles that are new since `old_size`; they are as wide as the tiles of level 0."""
    return (tile for tile in tiles(size, old_size) if tile.level == 0)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The bundle of up to 256 entries, each behind its length as big-endian uint16.

    Raises:
        LogError: an entry of 64 KiB or more, or too many.
    """
    if len(entries) > WIDTH or any(len(entry) > LARGEST_ENTRY for entry in entries):
        raise LogError("bundle_too_large")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(bundle: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        LogError: the bundle is cut off, empty or too long.
    """
    entries, place = [], 0
    while place < len(bundle):
        start = place + 2
        place = start + int.from_bytes(bundle[place:start], "big")
        entries.append(bundle[start:place])
    if place != len(bundle) or not 0 < len(entries) <= WIDTH:
        raise LogError("bundle_malformed")
    return entries


def nodes_from(size: int, read: Callable[[Tile], bytes]) -> Nodes:
    """The nodes of a tree of `size` leaves whose tiles are stored. Each tile is read once.

    Raises (when a node is asked for):
        LogError: a tile has another length than its width says, or the tree has no such node.
    """
    opened: dict[Tile, Nodes] = {}

    def node(level: int, index: int) -> bytes:
        height = level % HEIGHT
        tile = _tile_of(level // HEIGHT, index << height, 1 << height, size)
        if tile not in opened:
            opened[tile] = nodes_of(_hashes(tile, read(tile)))
        return opened[tile](height, index - (tile.index * WIDTH >> height))

    return node


def _tile_of(level: int, place: int, count: int, size: int) -> Tile:
    """The tile that holds `count` hashes from `place` on, which never cross its edge."""
    hashes = size >> HEIGHT * level
    if not 0 <= place <= hashes - count:
        raise LogError("node_outside_tree", level=level, index=place, size=size)
    index = place // WIDTH
    return Tile(level, index, min(WIDTH, hashes - index * WIDTH))


def _hashes(tile: Tile, data: bytes) -> list[bytes]:
    if len(data) != HASH * tile.width:
        raise LogError("tile_malformed", path=tile.path)
    return [data[start : start + HASH] for start in range(0, len(data), HASH)]


def _index_path(index: int, width: int) -> str:
    groups = [f"{index % _THOUSAND:03d}"]
    while index := index // _THOUSAND:
        groups.insert(0, f"x{index % _THOUSAND:03d}")
    return "/".join(groups) + (f".p/{width}" if width < WIDTH else "")
