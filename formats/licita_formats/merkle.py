"""Merkle trees by RFC 6962 and RFC 9162: hashing, roots, proofs and their verification, and cheap appending.

A tree is read through `Nodes`: a function from (level, index) to the hash of the complete subtree whose leaves are
`index * 2**level` to `(index + 1) * 2**level`. Level 0 are the leaf hashes. Hashes are 32 bytes.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from licita_formats.errors import FormatError

Nodes = Callable[[int, int], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()


class LogError(FormatError):
    """A tree, tile, bundle, proof or checkpoint that is malformed or does not verify."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """The nodes of a tree whose leaf hashes are all in memory; every node is hashed once."""
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        if (level, index) not in known:
            known[level, index] = node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))
        return known[level, index]

    return node


def range_hash(nodes: Nodes, start: int, end: int) -> bytes:
    """The Merkle tree hash of the leaves from `start` to before `end`, a range such as proofs have in them."""
    size = end - start
    if size == 0:
        return EMPTY_ROOT
    if size & (size - 1) == 0:
        return nodes(size.bit_length() - 1, start // size)
    middle = start + _split(size)
    return node_hash(range_hash(nodes, start, middle), range_hash(nodes, middle, end))


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The audit path, from the leaf up, of leaf `index` in the tree of `size` leaves.

    Raises:
        LogError: no such leaf.
    """
    if not 0 <= index < size:
        raise LogError("leaf_outside_tree", index=index, size=size)
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(range_hash(nodes, start, middle))
            start = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> None:
    """Checks an audit path (RFC 9162, 2.1.3.2). `leaf` is the leaf's hash.

    Raises:
        LogError: the proof does not show that the leaf is there.
    """
    if not 0 <= index < size:
        raise LogError("leaf_outside_tree", index=index, size=size)
    place, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise LogError("inclusion_not_proven", index=index, size=size)
        if place & 1 or place == last:
            value = node_hash(sibling, value)
            place, last = _climb(place, last)
        else:
            value = node_hash(value, sibling)
        place, last = place >> 1, last >> 1
    if last or value != expected_root:
        raise LogError("inclusion_not_proven", index=index, size=size)


def consistency_proof(nodes: Nodes, old_size: int, size: int) -> list[bytes]:
    """The proof that the tree of `size` leaves begins with the tree of `old_size`; empty for old sizes 0 and `size`.

    Raises:
        LogError: not 0 <= old_size <= size.
    """
    if not 0 <= old_size <= size:
        raise LogError("sizes_out_of_order", old_size=old_size, size=size)
    path: list[bytes] = []
    start, end, whole = 0, size, True
    if old_size == 0:
        return path
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(range_hash(nodes, start, middle))
            start, whole = middle, False
    return ([] if whole else [range_hash(nodes, start, end)]) + path[::-1]


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Checks a consistency proof (RFC 9162, 2.1.4.2).

    Raises:
        LogError: the proof does not show that the new tree begins with the old one.
    """
    refused = LogError("consistency_not_proven", old_size=old_size, size=size)
    if not 0 <= old_size <= size:
        raise refused
    if old_size in {0, size}:
        if proof or old_root != (EMPTY_ROOT if old_size == 0 else new_root):
            raise refused
        return
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path or _replay(old_size - 1, size - 1, path) != (old_root, new_root):
        raise refused


def _replay(place: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that the path leads to, or None where it has the wrong length."""
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for value in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(value, old), node_hash(value, new)
            place, last = _climb(place, last)
        else:
            new = node_hash(new, value)
        place, last = place >> 1, last >> 1
    return None if last else (old, new)


def _climb(place: int, last: int) -> tuple[int, int]:
    """Past the levels where the place is a left child without a sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


@dataclass
class Frontier:
    """The right edge of a tree: enough to append and to know the root, O(log n) of memory and of work.

    `hashes` are the roots of the complete subtrees that make up the tree, the largest first; store them with `size`.
    """

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuses a frontier that was stored wrongly.

        Raises:
            LogError: the number of hashes is not that of the size.
        """
        if len(self.hashes) != self.size.bit_count():
            raise LogError("frontier_malformed", size=self.size)

    def append(self, leaf: bytes) -> None:
        """Adds a leaf hash."""
        self.hashes.append(leaf)
        self.size += 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = self.hashes.pop()
            self.hashes.append(node_hash(self.hashes.pop(), right))

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        if not self.hashes:
            return EMPTY_ROOT
        value = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            value = node_hash(left, value)
        return value
