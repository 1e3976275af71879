"""The life of a sealed bid: sealed, checked without opening, opened by a quorum, and what is refused on the way."""

import copy
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from typing import Any

import pyrage
import pytest
from licita_formats import age, canonical, shamir
from licita_formats.encoding import from_base64, to_base64
from licita_formats.sealed_bid import (
    Committee,
    Context,
    EnvelopeRefused,
    Member,
    ShareRefused,
    check_ciphertext,
    check_envelope,
    combine,
    envelope_context,
    leaf_commitment,
    open_payload,
    open_share,
    payload_identity,
    record_commitment,
    rescue,
    seal,
    verify_share,
)
from licita_formats.sealed_bid.derivation import key_commitment, share_commitment, share_text
from licita_formats.sealed_bid.seal import wrapped_shares

from tests.unit.formats.bids import Memory, SealedBid, make_bid, make_committee, make_context, make_document

BID = make_bid()
Envelope = dict[str, Any]


def shares_of(bid: SealedBid, members: tuple[str, ...]) -> dict[str, str]:
    return {member: open_share(bid.sealed.envelope, bid.identities[member]) for member in members}


def check(envelope: object, /, **changes: object) -> None:
    check_envelope(envelope, expected=make_context(BID.committee, **changes), committee=BID.committee)


@pytest.mark.parametrize(("k", "n"), [(2, 3), (3, 5), (5, 7)])
def test_every_quorum_opens_and_no_smaller_group_does(k: int, n: int) -> None:
    """Control 4.2: any k members open the bid, no k - 1 do."""
    bid = make_bid(k, n)
    for members in combinations(bid.identities, k):
        opened = combine(bid.sealed.envelope, shares_of(bid, members))
        assert opened.secret == bid.sealed.secret
    for members in combinations(bid.identities, k - 1):
        with pytest.raises(ShareRefused, match="shares_too_few"):
            combine(bid.sealed.envelope, shares_of(bid, members))
        if k > 2:
            secret = shamir.combine([bytes.fromhex(share) for share in shares_of(bid, members).values()])
            with pytest.raises(ShareRefused, match="secret_wrong"):
                rescue(bid.sealed.envelope, secret)


def test_what_was_sealed_is_what_is_opened() -> None:
    opened = combine(BID.sealed.envelope, shares_of(BID, ("member-1", "member-3")))
    memory = Memory()
    manifest = open_payload(BytesIO(BID.ciphertext), opened.identity, memory.sink, context=BID.context)
    assert manifest.context == BID.context
    assert memory.files == {"Declaración jurada.pdf": b"%PDF-1.7 nada", "Oferta técnica ñandú.txt": b"x" * 70_000}
    assert [entry.title for entry in manifest.documents] == [document.title for document in BID.documents]
    with pytest.raises(Exception, match="manifest_context"):
        open_payload(BytesIO(BID.ciphertext), opened.identity, memory.sink, context=replace(BID.context, version=2))


def test_another_implementation_opens_payload_and_shares() -> None:
    """Control 12.7: with the published key anybody opens the ciphertext with a tool that is not ours."""
    opened = combine(BID.sealed.envelope, shares_of(BID, ("member-1", "member-2")))
    tar = pyrage.decrypt(BID.ciphertext, [pyrage.x25519.Identity.from_str(opened.identity)])
    assert b"x" * 70_000 in tar
    entry = BID.sealed.envelope["shares"][0]
    key = pyrage.x25519.Identity.from_str(str(BID.identities["member-1"]))
    text = pyrage.decrypt(from_base64(entry["age"]), [key])
    assert canonical.loads(text)["i"] == 1


def test_the_formulas_of_the_specification() -> None:
    """Recomputed here from the published text with nothing of the library but canonical JSON."""
    envelope = BID.sealed.envelope
    jcs = canonical.dumps(envelope["context"])
    digest = hashlib.sha256(b"licita.sealed-bid/v1/context\n" + jcs).digest()
    extracted = hmac.digest(digest, BID.sealed.secret, "sha256")
    key = hmac.digest(extracted, b"licita.sealed-bid/v1/age-x25519\x01", "sha256")
    recipient = age.Identity.from_secret(key).recipient
    assert envelope["key_commit"] == hashlib.sha256(b"licita.sealed-bid/v1/recipient\n" + recipient.raw).hexdigest()
    share = bytes.fromhex(open_share(envelope, BID.identities["member-2"]))
    commit = hashlib.sha256(b"licita.sealed-bid/v1/share\n" + digest + b"\x02" + share).hexdigest()
    assert envelope["shares"][1]["commit"] == commit
    leaf = hmac.new(BID.sealed.blind, hashlib.sha256(canonical.dumps(envelope)).digest(), "sha256").hexdigest()
    assert leaf_commitment(envelope, BID.sealed.blind) == leaf
    with pytest.raises(ValueError, match="32 bytes"):
        record_commitment({}, b"short")


def test_secrets_do_not_show_themselves() -> None:
    """Control 4.1: neither secret nor blind is in what is sent, nor in what a program might print."""
    shown = repr(BID.sealed) + canonical.dumps(BID.sealed.envelope).decode()
    for secret in (BID.sealed.secret, BID.sealed.blind):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
    assert b"%PDF" not in BID.ciphertext


def test_an_envelope_for_this_tender_is_accepted() -> None:
    check(BID.sealed.envelope)
    check_ciphertext(BytesIO(BID.ciphertext), BID.sealed.envelope)
    assert envelope_context(BID.sealed.envelope) == BID.context


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tender": "tender-2"}, "wrong_tender"),
        ({"lot": "lot-2"}, "wrong_lot"),
        ({"envelope": "financial"}, "wrong_envelope"),
        ({"bidder": "bidder-2"}, "wrong_bidder"),
        ({"version": 2}, "wrong_version"),
        ({"notice_sha256": "cd" * 32}, "outdated_notice"),
        ({"committee_sha256": "cd" * 32}, "wrong_committee"),
    ],
)
def test_transplants_are_refused_and_do_not_open(change: dict[str, object], code: str) -> None:
    """Control 4.5: replayed elsewhere, the envelope is refused; with recomputed commitments the key is another one."""
    with pytest.raises(EnvelopeRefused) as refused:
        check(BID.sealed.envelope, **change)
    assert refused.value.code == code
    forged = transplanted(BID, make_context(BID.committee, **change))
    opened = combine(forged, {name: open_share(forged, key) for name, key in BID.identities.items()})
    with pytest.raises(age.NoMatchError):
        open_payload(BytesIO(BID.ciphertext), opened.identity, Memory().sink)


def transplanted(bid: SealedBid, context: Context) -> Envelope:
    """What an insider who somehow has S makes of the envelope: everything is consistent, for another context."""
    envelope = copy.deepcopy(bid.sealed.envelope)
    envelope["context"] = context.as_json()
    envelope["key_commit"] = key_commitment(payload_identity(bid.sealed.secret, context).recipient)
    envelope["shares"] = wrapped_shares(context, bid.committee, bid.sealed.secret)
    return envelope


def change_share(field: str, value: Any) -> Callable[[Envelope], None]:
    def change(envelope: Envelope) -> None:
        envelope["shares"][1][field] = value

    return change


def other_age_file(size: int, *, recipients: int = 1) -> str:
    target = BytesIO()
    age.encrypt(BytesIO(bytes(size)), target, [age.Identity.generate().recipient for _ in range(recipients)])
    return to_base64(target.getvalue())


SHARE_SIZE = len(share_text(BID.context, 2, bytes(33)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda e: e.update(v="licita.sealed-bid/v2"), "envelope_format"),
        (lambda e: e.pop("v"), "envelope_malformed"),
        (lambda e: e.update(extra=1), "envelope_malformed"),
        (lambda e: e.pop("key_commit"), "envelope_malformed"),
        (lambda e: e.update(key_commit="AB" * 32), "envelope_malformed"),
        (lambda e: e.update(k="2"), "envelope_malformed"),
        (lambda e: e.update(n=True), "envelope_malformed"),
        (lambda e: e.update(ciphertext=[]), "envelope_malformed"),
        (lambda e: e["ciphertext"].update(size=-1), "envelope_malformed"),
        (lambda e: e["ciphertext"].update(size=1.5), "envelope_malformed"),
        (lambda e: e["ciphertext"].update(sha256=None), "envelope_malformed"),
        (lambda e: e.update(shares={}), "envelope_malformed"),
        (lambda e: e["shares"].append(None), "envelope_malformed"),
        (change_share("age", 3), "envelope_malformed"),
        (lambda e: e.update(context=None), "context_malformed"),
        (lambda e: e["context"].update(version=True), "context_malformed"),
        (lambda e: e["context"].update(tender=["tender-1"]), "context_malformed"),
        (lambda e: e["context"].update(more=1), "context_malformed"),
        (lambda e: e.update(k=3), "wrong_threshold"),
        (lambda e: e["shares"].pop(), "wrong_members"),
        (lambda e: e["shares"].reverse(), "wrong_members"),
        (lambda e: e["shares"].append(e["shares"][0]), "wrong_members"),
        (change_share("recipient", str(age.Identity.generate().recipient)), "wrong_recipient"),
        (change_share("commit", "ab"), "share_malformed"),
        (change_share("age", "!"), "share_malformed"),
        (change_share("age", to_base64(b"no age file")), "share_malformed"),
        (change_share("age", other_age_file(SHARE_SIZE + 1)), "share_malformed"),
        (change_share("age", other_age_file(SHARE_SIZE, recipients=2)), "share_malformed"),
    ],
)
def test_envelopes_that_are_refused(change: Callable[[Envelope], object], code: str) -> None:
    """Control 4.3: a wrong envelope is refused at once, with a code that a sentence exists for."""
    envelope = copy.deepcopy(BID.sealed.envelope)
    change(envelope)
    with pytest.raises(EnvelopeRefused) as refused:
        check(envelope)
    assert refused.value.code == code


@pytest.mark.parametrize("value", [None, [], "text", 3, {}])
def test_things_that_are_no_envelope(value: object) -> None:
    with pytest.raises(EnvelopeRefused, match="envelope_malformed"):
        check(value)


def test_a_retired_committee_key_is_refused() -> None:
    """Control 4.3: a bid sealed to a committee that was replaced is refused."""
    other, _ = make_committee(2, 3)
    with pytest.raises(EnvelopeRefused, match="wrong_committee"):
        check_envelope(BID.sealed.envelope, expected=make_context(other), committee=other)


def with_ciphertext(data: bytes) -> Envelope:
    envelope = copy.deepcopy(BID.sealed.envelope)
    envelope["ciphertext"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    return envelope


TOO_SHORT = BID.ciphertext[: age.parse_header(BytesIO(BID.ciphertext)).size + 20]


@pytest.mark.parametrize(
    ("data", "envelope", "code"),
    [
        (BID.ciphertext[:-1], BID.sealed.envelope, "ciphertext_size"),
        (BID.ciphertext + b"x", BID.sealed.envelope, "ciphertext_size"),
        (BID.ciphertext + bytes(3 << 20), BID.sealed.envelope, "ciphertext_size"),
        (BID.ciphertext[:-1] + b"x", BID.sealed.envelope, "ciphertext_digest"),
        (b"", BID.sealed.envelope, "ciphertext_not_age"),
        (b"PK\x03\x04 not sealed at all", BID.sealed.envelope, "ciphertext_not_age"),
        (from_base64(other_age_file(9, recipients=2)), BID.sealed.envelope, "ciphertext_recipients"),
        (b"age-encryption.org/v1\n-> ssh a\n\n--- " + b"A" * 43 + b"\n", BID.sealed.envelope, "ciphertext_recipients"),
        (
            b"age-encryption.org/v1\n-> X25519 a\n\n--- " + b"A" * 43 + b"\n",
            BID.sealed.envelope,
            "ciphertext_not_age",
        ),
        (TOO_SHORT, with_ciphertext(TOO_SHORT), "ciphertext_size_impossible"),
    ],
)
def test_ciphertexts_that_are_refused(data: bytes, envelope: Envelope, code: str) -> None:
    """Control 4.3: truncated, extended, swapped and unsealed files are refused without being decrypted."""
    with pytest.raises(EnvelopeRefused) as refused:
        check_ciphertext(BytesIO(data), envelope)
    assert refused.value.code == code


def test_a_stream_that_never_ends_is_left() -> None:
    class Endless:
        def __init__(self) -> None:
            self._begin = BytesIO(BID.ciphertext)

        def read(self, size: int, /) -> bytes:
            return self._begin.read(size) or b"x" * size

    with pytest.raises(EnvelopeRefused, match="ciphertext_size"):
        check_ciphertext(Endless(), BID.sealed.envelope)


def test_a_member_s_wrong_share_is_named() -> None:
    """Control 7.5: a posted share is compared with its commitment, and the member is named."""
    shares = shares_of(BID, ("member-1", "member-2", "member-3"))
    verify_share(BID.sealed.envelope, "member-1", shares["member-1"])
    for wrong in (shares["member-1"], shares["member-2"].upper(), shares["member-2"][:-2], "", "no", "00" * 33):
        with pytest.raises(ShareRefused) as refused:
            verify_share(BID.sealed.envelope, "member-2", wrong)
        assert (refused.value.code, refused.value.params) == ("share_wrong", {"members": ["member-2"]})
    swapped = {**shares, "member-1": shares["member-2"], "member-2": shares["member-1"]}
    with pytest.raises(ShareRefused) as refused:
        combine(BID.sealed.envelope, swapped)
    assert refused.value.params == {"members": ["member-1", "member-2"]}
    with pytest.raises(ShareRefused, match="share_member_unknown"):
        combine(BID.sealed.envelope, {"stranger": shares["member-1"]})


def test_a_stranger_opens_no_share() -> None:
    with pytest.raises(ShareRefused, match="share_not_addressed"):
        open_share(BID.sealed.envelope, age.Identity.generate())


def rewrapped(envelope: Envelope, number: int, share: bytes, text: bytes | None = None) -> Envelope:
    """The envelope of a bidder who wraps `share`, or any `text`, for a member and commits to `share`."""
    changed = copy.deepcopy(envelope)
    entry = changed["shares"][number - 1]
    target = BytesIO()
    plain = share_text(BID.context, number, share) if text is None else text
    age.encrypt(BytesIO(plain), target, [age.Recipient.parse(entry["recipient"])])
    entry["age"] = to_base64(target.getvalue())
    entry["commit"] = share_commitment(BID.context, number, share)
    return changed


def test_a_bidder_s_bad_share_is_the_bidder_s() -> None:
    member = BID.identities["member-1"]
    wrong = copy.deepcopy(BID.sealed.envelope)
    wrong["shares"][0]["commit"] = "ab" * 32
    with pytest.raises(ShareRefused, match="dealer_share_wrong"):
        open_share(wrong, member)
    share = bytes.fromhex(open_share(BID.sealed.envelope, member))
    for text in (b"", b"[]", b'{"share":1}', b'{"share":"zz"}', share_text(BID.context, 2, share)):
        with pytest.raises(ShareRefused, match="dealer_share_unreadable"):
            open_share(rewrapped(BID.sealed.envelope, 1, share, text), member)
    unreadable = copy.deepcopy(BID.sealed.envelope)
    unreadable["shares"][0]["age"] = other_age_file(SHARE_SIZE)
    with pytest.raises(ShareRefused, match="dealer_share_unreadable"):
        open_share(unreadable, member)


def test_shares_that_were_dealt_wrongly_neither_open_another_bid_nor_stop_the_right_ones() -> None:
    false = rewrapped(BID.sealed.envelope, 1, b"\x07" * 33)
    shares = {name: open_share(false, key) for name, key in BID.identities.items()}
    assert combine(false, shares).secret == BID.sealed.secret
    with pytest.raises(ShareRefused, match="dealer_inconsistent"):
        combine(false, {name: shares[name] for name in ("member-1", "member-2")})


def test_the_bidder_can_rescue_a_bid() -> None:
    """Control 4.4: with S from the receipt the bid opens, and the commitment shows that it is the logged one."""
    assert rescue(BID.sealed.envelope, BID.sealed.secret) == combine(
        BID.sealed.envelope, shares_of(BID, ("member-2", "member-3"))
    )
    with pytest.raises(ShareRefused, match="secret_wrong"):
        rescue(BID.sealed.envelope, bytes(32))


def test_every_sealing_is_another() -> None:
    again = make_bid()
    assert again.sealed.secret != BID.sealed.secret
    assert again.ciphertext != BID.ciphertext


def test_a_context_must_name_the_committee() -> None:
    with pytest.raises(EnvelopeRefused, match="wrong_committee"):
        seal(make_context(BID.committee, committee_sha256="ab" * 32), BID.committee, [make_document()], BytesIO())


def test_committees_round_trip() -> None:
    assert Committee.from_json(BID.committee.as_json()) == BID.committee
    for wrong in (None, {}, {**BID.committee.as_json(), "n": 4}, {**BID.committee.as_json(), "members": [1]}):
        with pytest.raises(EnvelopeRefused, match="committee_malformed"):
            Committee.from_json(wrong)


@pytest.mark.parametrize(("k", "n"), [(1, 3), (3, 3), (2, 2), (0, 0), (2, 65)])
def test_committees_that_one_person_opens_or_one_loss_closes(k: int, n: int) -> None:
    """Control 7.1: at least two open, and at least one may be missing."""
    members = tuple(Member(f"m{number}", BID.committee.members[0].recipient) for number in range(n))
    with pytest.raises(EnvelopeRefused, match="committee_threshold"):
        Committee(k, members)


def test_one_person_is_not_two_members() -> None:
    """Control 7.1: neither a member nor a key counts twice."""
    first, second, third = BID.committee.members
    for members in (
        (first, second, replace(third, member=first.member)),
        (first, second, replace(third, recipient=first.recipient)),
        (first, second, replace(third, member="con espacio")),
    ):
        with pytest.raises(EnvelopeRefused, match="committee_member"):
            Committee(2, members)
