"""Merkle trees against the recursive definitions of RFC 6962, and every proof against tampering."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from licita_formats import tiles
from licita_formats.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from licita_formats.merkle import (
    EMPTY_ROOT,
    Frontier,
    LogError,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    root,
    verify_consistency,
    verify_inclusion,
)
from licita_formats.notes import NoteError, Signer
from licita_formats.tiles import Tile, bundles, decode_bundle, encode_bundle, entries_path, nodes_from

# The seven leaves and the roots of trees of 1 to 8 leaves that the Certificate Transparency code base tests with.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def rfc_root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(rfc_root(leaves[:split]), rfc_root(leaves[split:]))


def test_the_published_roots() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in CT_LEAVES]
    assert {size: root(leaves[:size]).hex() for size in CT_ROOTS} == CT_ROOTS


@pytest.mark.parametrize("size", range(70))
def test_roots_are_those_of_the_definition(size: int) -> None:
    assert root(hashes(size)) == rfc_root(hashes(size))


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_stored_frontier_goes_on(first: int, more: int) -> None:
    leaves = hashes(first + more)
    frontier = Frontier()
    for leaf in leaves[:first]:
        frontier.append(leaf)
    restored = Frontier(frontier.size, list(frontier.hashes))
    for leaf in leaves[first:]:
        restored.append(leaf)
    assert restored.root() == root(leaves)
    assert len(restored.hashes) <= 10


def test_a_frontier_stored_wrongly() -> None:
    with pytest.raises(LogError, match="frontier_malformed"):
        Frontier(3, [b"x" * 32])


@pytest.mark.parametrize("size", range(1, 36))
def test_every_leaf_is_proven_and_nothing_else(size: int) -> None:
    """Control 5.5: an inclusion proof verifies for the receipt's leaf, and for no other place or content."""
    leaves = hashes(size)
    nodes, expected = nodes_of(leaves), root(leaves)
    for index, leaf in enumerate(leaves):
        proof = inclusion_proof(nodes, index, size)
        verify_inclusion(leaf, index, size, proof, expected)
        for bad in wrong_proofs(proof):
            with pytest.raises(LogError, match="inclusion_not_proven"):
                verify_inclusion(leaf, index, size, bad, expected)
        with pytest.raises(LogError):
            verify_inclusion(leaf_hash(b"otra"), index, size, proof, expected)
        with pytest.raises(LogError):
            verify_inclusion(leaf, (index + 1) % size if size > 1 else 1, size, proof, expected)


@pytest.mark.parametrize("size", range(1, 36))
def test_every_older_tree_is_proven_and_nothing_else(size: int) -> None:
    leaves = hashes(size)
    nodes, new = nodes_of(leaves), root(leaves)
    for old_size in range(size + 1):
        old = root(leaves[:old_size])
        proof = consistency_proof(nodes, old_size, size)
        verify_consistency(old_size, size, proof, old, new)
        for bad in wrong_proofs(proof):
            with pytest.raises(LogError, match="consistency_not_proven"):
                verify_consistency(old_size, size, bad, old, new)
        with pytest.raises(LogError):
            verify_consistency(old_size, size, proof, leaf_hash(b"otra"), new)
        if old_size:
            with pytest.raises(LogError):
                verify_consistency(old_size, size, proof, old, leaf_hash(b"otra"))


def wrong_proofs(proof: list[bytes]) -> list[list[bytes]]:
    changed = [[*proof[:place], bytes(32), *proof[place + 1 :]] for place in range(len(proof))]
    return [*changed, [*proof, bytes(32)], *([proof[:-1]] if proof else [])]


def test_places_outside_the_tree() -> None:
    nodes = nodes_of(hashes(3))
    for index in (-1, 3):
        with pytest.raises(LogError, match="leaf_outside_tree"):
            inclusion_proof(nodes, index, 3)
        with pytest.raises(LogError, match="leaf_outside_tree"):
            verify_inclusion(hashes(1)[0], index, 3, [], b"")
    for old_size in (-1, 4):
        with pytest.raises(LogError, match="sizes_out_of_order"):
            consistency_proof(nodes, old_size, 3)
        with pytest.raises(LogError, match="consistency_not_proven"):
            verify_consistency(old_size, 3, [], b"", b"")


def test_paths_are_those_of_the_specification() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert Tile(2, 0, 1).path == "tile/2/000.p/1"
    assert entries_path(5, 200) == "tile/entries/005.p/200"
    assert entries_path(1000) == "tile/entries/x001/000"


def test_the_specification_s_example_of_70_000_leaves() -> None:
    found = list(tiles.tiles(70_000))
    assert [tile for tile in found if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert len(found) == 273 + 1 + 1 + 1 + 1
    assert list(tiles.tiles(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles(0)) == []


@given(st.integers(0, 70_000), st.integers(0, 1_000))
def test_new_tiles_are_those_that_were_not_there(old_size: int, more: int) -> None:
    new = set(tiles.tiles(old_size + more)) - set(tiles.tiles(old_size))
    assert set(tiles.tiles(old_size + more, old_size)) == new


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700, 66_000])
def test_proofs_from_stored_tiles(size: int) -> None:
    leaves = hashes(size)
    direct = nodes_of(leaves)
    stored = {tile.path: tile.data(direct) for tile in tiles.tiles(size)}
    nodes = nodes_from(size, lambda tile: stored[tile.path])
    for index in {0, size // 2, size - 1}:
        verify_inclusion(leaves[index], index, size, inclusion_proof(nodes, index, size), root(leaves))
    for old_size in {1, size // 3 + 1, size}:
        proof = consistency_proof(nodes, old_size, size)
        verify_consistency(old_size, size, proof, root(leaves[:old_size]), root(leaves))
    with pytest.raises(LogError, match="node_outside_tree"):
        nodes(0, size)
    with pytest.raises(LogError, match="node_outside_tree"):
        nodes(size.bit_length(), 0)


def test_a_stored_tile_of_wrong_length() -> None:
    with pytest.raises(LogError, match="tile_malformed"):
        nodes_from(5, lambda _tile: bytes(64))(0, 0)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_round_trip(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries)) == entries


def test_bundles_that_are_none() -> None:
    for bad in (b"", b"\x00", b"\x00\x02x", b"\x00\x00" * 257):
        with pytest.raises(LogError, match="bundle_malformed"):
            decode_bundle(bad)
    for entries in ([bytes(1 << 16)], [b""] * 257):
        with pytest.raises(LogError, match="bundle_too_large"):
            encode_bundle(entries)
    assert [tile.width for tile in bundles(300)] == [256, 44]


def test_checkpoints() -> None:
    signer = Signer.generate("licita/audit")
    checkpoint = Checkpoint("licita/audit", 20852163, leaf_hash(b"x"))
    note = sign_checkpoint(checkpoint, signer)
    assert open_checkpoint(note, [signer.verifier]) == checkpoint
    with pytest.raises(NoteError):
        open_checkpoint(note.replace(b"20852163", b"20852164"), [signer.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        "\n1\n{r}\n",
        "o\n01\n{r}\n",
        "o\n-1\n{r}\n",
        "o\n1\n{r}",
        "o\n1\nAAAA\n",
        "o\n1\n{r}\nmore\n",
        "o\n\u0661\n{r}\n",
    ],
)
def test_texts_that_are_no_checkpoint(text: str) -> None:
    with pytest.raises(LogError, match="checkpoint_malformed"):
        Checkpoint.parse(text.replace("{r}", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="))
