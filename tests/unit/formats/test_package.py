"""Packages: one form only, names that no folder is hurt by, limits, padding, and offers whose sums are right."""

import subprocess
import tarfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from licita_formats.sealed_bid import Document, Limits, Manifest, PackageRefused, is_safe_name, padme, unpack
from licita_formats.sealed_bid.manifest import DEFAULT_LIMITS, Entry, describe
from licita_formats.sealed_bid.offer import validate_offer
from licita_formats.sealed_bid.package import BLOCK, pack, package_size
from licita_formats.streams import IteratorReader

from tests.unit.formats.bids import Memory, make_committee, make_context, make_document

CONTEXT = make_context(make_committee(2, 3)[0])
OFFER: dict[str, Any] = {
    "items": [
        {"id": "1", "quantity": "3", "unitValue": {"amount": "1500000.5", "currency": "PYG"}},
        {"id": "2", "quantity": "0.25", "unitValue": {"amount": "8", "currency": "PYG"}},
    ],
    "value": {"amount": "4500004", "currency": "PYG"},
}


def make_package(documents: list[Document], offer: dict[str, Any] | None = None) -> bytes:
    manifest = describe(CONTEXT, documents, offer, DEFAULT_LIMITS)
    data = b"".join(pack(manifest, documents))
    assert len(data) == package_size(manifest)
    return data


def forged(manifest: Manifest, content: dict[str, bytes]) -> bytes:
    """A package that a bidder's own program made, whatever the manifest says."""
    target = BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in {"manifest.json": manifest.encode(), **content}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))
    return target.getvalue()


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=6))
def test_round_trip(contents: list[bytes]) -> None:
    contents = [b"=" + data for data in contents]  # a document that looks sealed already would be refused
    documents = [make_document(f"Documento {place} ñ.pdf", data) for place, data in enumerate(contents)]
    memory = Memory()
    manifest = unpack(BytesIO(make_package(documents)), memory.sink)
    assert list(memory.files.values()) == contents
    assert Manifest.decode(manifest.encode()) == manifest


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 65_535, 65_536, 65_537])
def test_sizes_around_block_and_chunk(size: int) -> None:
    memory = Memory()
    unpack(BytesIO(make_package([make_document("a.bin", bytes(size))])), memory.sink)
    assert memory.files == {"a.bin": bytes(size)}


def test_names_and_contents_decide_every_byte() -> None:
    documents = [make_document(), make_document("ñ" * 120 + ".pdf")]
    assert make_package(documents) == make_package(documents)


def test_a_common_tar_reads_it() -> None:
    name = "Declaración jurada de no hallarse en las prohibiciones " + "ñ" * 60 + ".pdf"
    package = make_package([make_document(name, b"texto")], OFFER)
    with tarfile.open(fileobj=BytesIO(package)) as archive:
        assert archive.getnames() == ["manifest.json", name]
    listed = subprocess.run(["tar", "-t", "--quoting-style=literal"], input=package, capture_output=True, check=True)
    assert listed.stdout.decode().splitlines() == ["manifest.json", name]


@given(st.integers(2, 1 << 45))
def test_padme_costs_at_most_an_eighth_and_hides_the_low_bits(size: int) -> None:
    padded = padme(size)
    assert size <= padded <= size * 1.12 + 1
    assert padme(padded) == padded
    exponent = size.bit_length() - 1
    assert padded % (1 << exponent - exponent.bit_length()) == 0


def test_padding_to_lengths_of_the_paper() -> None:
    assert [padme(size) for size in (0, 1, 9, 1000, 1_000_000)] == [0, 1, 10, 1024, 1_015_808]


def test_close_sizes_look_the_same() -> None:
    lengths = {len(make_package([make_document("a", bytes(size))])) for size in range(1_000_000, 1_010_000, 1_111)}
    assert len(lengths) == 1


@given(st.data())
def test_no_byte_can_change(data: st.DataObject) -> None:
    """Control 7.5: beside the manifest's own words, which age protects, no byte is free."""
    original = make_package([make_document("a.txt", b"contenido")])
    package, memory = bytearray(original), Memory()
    package[data.draw(st.integers(0, len(package) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        manifest = unpack(BytesIO(bytes(package)), memory.sink)
    except PackageRefused:
        return
    assert manifest != unpack(BytesIO(original), Memory().sink)
    assert memory.files.popitem()[1] == b"contenido"


@given(st.integers(0, 6000))
def test_no_byte_can_be_missing_or_more(cut: int) -> None:
    package = make_package([make_document("a.txt", b"contenido")])
    for changed in (package[: min(cut, len(package) - 1)], package + bytes(cut + 1)):
        with pytest.raises(PackageRefused):
            unpack(BytesIO(changed), Memory().sink)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".bashrc",
        "../../etc/passwd",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "C:archivo",
        "nul",
        "COM1.txt",
        "a\x00b",
        "a\nb",
        "a\x7fb",
        "factura\u202efdp.exe",
        "a\u200bb",
        "a\u2028b",
        " a",
        "a ",
        "a.",
        "-rf",
        "a*",
        "a?",
        'a"',
        "a|b",
        "n\u0303",
        "manifest.json",
        "Manifest.JSON",
        "\ud800",
        "ñ" * 128,
        "x" * 256,
        None,
        3,
    ],
)
def test_hostile_names_are_refused_at_both_ends(name: Any) -> None:
    assert not is_safe_name(name)
    if isinstance(name, str) and "\ud800" not in name:
        with pytest.raises(PackageRefused, match="document_name"):
            describe(CONTEXT, [make_document(name)], None, DEFAULT_LIMITS)
        entry = replace(describe(CONTEXT, [make_document()], None, DEFAULT_LIMITS).documents[0], name=name)
        memory = Memory()
        with pytest.raises(PackageRefused, match="document_name"):
            unpack(BytesIO(forged(Manifest(CONTEXT, (entry,)), {})), memory.sink)
        assert memory.files == {}


@pytest.mark.parametrize(
    "name", ["a", "Oferta técnica (versión 2).pdf", "报价.pdf", "a..b", "x" * 255, "ñ" * 127, "😀.txt"]
)
def test_names_that_people_use(name: str) -> None:
    assert is_safe_name(name)


def test_names_that_a_folder_would_take_for_the_same() -> None:
    with pytest.raises(PackageRefused, match="document_name_twice"):
        describe(CONTEXT, [make_document("Año.pdf"), make_document("AÑO.PDF")], None, DEFAULT_LIMITS)


@pytest.mark.parametrize("text", ["age-encryption.org/v1\n-> X25519", "\n-----BEGIN AGE ENCRYPTED FILE-----\n"])
def test_a_file_that_is_sealed_already_is_refused(text: str) -> None:
    """Control 4.3: single encryption."""
    with pytest.raises(PackageRefused, match="document_already_sealed"):
        describe(CONTEXT, [make_document("a.age", text.encode())], None, DEFAULT_LIMITS)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(documents=1), "documents_too_many"),
        (Limits(document=9), "document_too_large"),
        (Limits(total=19), "package_too_large"),
        (Limits(manifest=100), "manifest_too_large"),
    ],
)
def test_limits_hold_at_both_ends(limits: Limits, code: str) -> None:
    documents = [make_document("a", bytes(10)), make_document("b", bytes(10))]
    if code != "manifest_too_large":
        with pytest.raises(PackageRefused, match=code):
            describe(CONTEXT, documents, None, limits)
    memory = Memory()
    with pytest.raises(PackageRefused, match=code):
        unpack(BytesIO(make_package(documents)), memory.sink, limits)
    assert memory.files == {}


def test_an_archive_of_ten_thousand_files() -> None:
    entry = describe(CONTEXT, [make_document("a", b"")], None, DEFAULT_LIMITS).documents[0]
    many = Manifest(CONTEXT, tuple(replace(entry, name=f"{number}") for number in range(10_000)))
    with pytest.raises(PackageRefused, match="documents_too_many"):
        unpack(BytesIO(forged(many, {})), Memory().sink)


def test_an_empty_package_needs_an_offer() -> None:
    with pytest.raises(PackageRefused, match="documents_none"):
        describe(CONTEXT, [], None, DEFAULT_LIMITS)
    manifest = unpack(BytesIO(make_package([], OFFER)), Memory().sink)
    assert manifest.offer == OFFER


def test_documents_that_change_while_they_are_sealed() -> None:
    contents = iter([b"antes", b"luego", b"antes", b"antes y mucho antes"])
    document = Document("a", "t", "x", "text/plain", lambda: nullcontext(BytesIO(next(contents))))
    for _ in range(2):
        manifest = describe(CONTEXT, [document], None, DEFAULT_LIMITS)
        with pytest.raises(PackageRefused, match="document_changed"):
            list(pack(manifest, [document]))


@pytest.mark.parametrize(
    "change",
    [{"title": ""}, {"format": "x" * 1001}, {"sha256": "AB"}, {"size": -1}, {"size": True}, {"documentType": None}],
)
def test_entries_that_are_malformed(change: dict[str, Any]) -> None:
    entry = describe(CONTEXT, [make_document()], None, DEFAULT_LIMITS).documents[0]
    with pytest.raises(PackageRefused, match="document_malformed"):
        Manifest(CONTEXT, (replace(entry, **change),)).check(DEFAULT_LIMITS)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"v":"x"}', b'{"context":{},"documents":[],"v":"licita.sealed-bid/v1"}', b"\xff"]
)
def test_manifests_that_are_malformed(data: bytes) -> None:
    with pytest.raises(PackageRefused, match="manifest_malformed"):
        Manifest.decode(data)


def test_a_manifest_with_more_in_it_is_malformed() -> None:
    data = describe(CONTEXT, [make_document()], None, DEFAULT_LIMITS).encode()
    assert Manifest.decode(data).documents[0] == Entry(**Manifest.decode(data).as_json()["documents"][0])
    for changed in (data.replace(b'"v":', b'"u":1,"v":'), data.replace(b'"size":', b'"site":1,"size":')):
        with pytest.raises(PackageRefused, match="manifest_malformed"):
            Manifest.decode(changed)


def test_headers_are_not_interpreted() -> None:
    """Links, devices, other owners and other modes are simply not the header that must be there."""
    for change in (
        lambda info: setattr(info, "type", tarfile.SYMTYPE),
        lambda info: setattr(info, "mode", 0o777),
        lambda info: setattr(info, "uid", 1),
        lambda info: setattr(info, "mtime", 1),
    ):
        with pytest.raises(PackageRefused, match="package_malformed"):
            unpack(BytesIO(with_header(change)), Memory().sink)


def with_header(change: Callable[[tarfile.TarInfo], None]) -> bytes:
    package = make_package([make_document("a.txt", b"contenido")])
    info = tarfile.TarInfo("a.txt")
    info.size = 9
    place = package.index(info.tobuf(tarfile.PAX_FORMAT))
    change(info)
    return package[:place] + info.tobuf(tarfile.PAX_FORMAT) + package[place + BLOCK :]


def test_an_offer_whose_sum_is_right() -> None:
    validate_offer(OFFER)
    dinars = {"amount": "0.001", "currency": "KWD"}
    validate_offer({"items": [{"id": "1", "quantity": "1", "unitValue": dinars}], "value": dinars})


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**9)), min_size=1, max_size=20))
def test_sums_are_exact(lines: list[tuple[int, int]]) -> None:
    items = [
        {"id": str(place), "quantity": str(q), "unitValue": {"amount": f"{a // 100}.{a % 100:02d}", "currency": "USD"}}
        for place, (q, a) in enumerate(lines)
    ]
    cents = sum(q * a for q, a in lines)
    for shift in (0, 1):
        value = {"amount": f"{(cents + shift) // 100}.{(cents + shift) % 100:02d}", "currency": "USD"}
        if shift:
            with pytest.raises(PackageRefused, match="offer_sum"):
                validate_offer({"items": items, "value": value})
        else:
            validate_offer({"items": items, "value": value})


def changed_offer(path: str, value: Any) -> dict[str, Any]:
    offer: Any = {"items": [dict(item, unitValue=dict(item["unitValue"])) for item in OFFER["items"]]}
    offer["value"] = dict(OFFER["value"])
    *steps, last = path.split(".")
    place = offer
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    return offer  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("value.amount", "4500003", "offer_sum"),
        ("value.amount", "4500004.0", "offer_too_precise"),
        ("value.amount", "4.5e6", "offer_malformed"),
        ("value.amount", "04500004", "offer_malformed"),
        ("value.amount", "-4500004", "offer_malformed"),
        ("value.amount", 4500004, "offer_malformed"),
        ("value.amount", "NaN", "offer_malformed"),
        ("value.currency", "pyg", "offer_malformed"),
        ("value.currency", "USD", "offer_currencies"),
        ("value", None, "offer_malformed"),
        ("items.0.quantity", "0", "offer_quantity"),
        ("items.0.quantity", "٣", "offer_malformed"),
        ("items.0.id", "2", "offer_item_twice"),
        ("items.0.id", "", "offer_malformed"),
        ("items.0.more", 1, "offer_malformed"),
        ("items", [], "offer_items"),
        ("items", "1", "offer_items"),
        ("more", 1, "offer_malformed"),
    ],
)
def test_offers_that_are_refused(path: str, value: Any, code: str) -> None:
    with pytest.raises(PackageRefused) as refused:
        validate_offer(changed_offer(path, value))
    assert refused.value.code == code


def test_a_wrong_offer_is_refused_at_both_ends() -> None:
    wrong = changed_offer("value.amount", "1")
    with pytest.raises(PackageRefused, match="offer_sum"):
        describe(CONTEXT, [], wrong, DEFAULT_LIMITS)
    with pytest.raises(PackageRefused, match="offer_sum"):
        unpack(BytesIO(forged(Manifest(CONTEXT, (), wrong), {})), Memory().sink)


def test_reading_from_pieces() -> None:
    reader = IteratorReader([b"ab", b"", b"cde"])
    assert [reader.read(1), reader.read(9), reader.read(2), reader.read(9), reader.read(9)] == [
        b"a",
        b"b",
        b"cd",
        b"e",
        b"",
    ]
