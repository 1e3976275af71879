"""The opening committee: k of n with n above k, keys that are one's own, canaries that were really read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from licita_formats.age import Identity

from backbone.errors import Conflict, Forbidden, Invalid
from services.tenders.domain.committee import MOST_MEMBERS, Committee, appoint, open_canary, register_key
from tests.unit.tenders.facts_a import DAY, NOW, proven_committee

PEOPLE = ("m1", "m2", "m3")


def recipient() -> str:
    return str(Identity.generate().recipient)


@given(threshold=st.integers(min_value=-1, max_value=20), size=st.integers(min_value=0, max_value=20))
def test_a_committee_needs_two_to_open_and_one_to_spare(threshold: int, size: int) -> None:
    """Controls 4.2 and 4.4: k is at least 2 and n at least k + 1, so that one key may be lost."""
    people = [f"m{number}" for number in range(size)]
    if 2 <= threshold < size <= MOST_MEMBERS:
        assert appoint(threshold, people, None).threshold == threshold
        return
    with pytest.raises(Invalid, match="committee_threshold"):
        appoint(threshold, people, None)


def test_nobody_is_a_member_twice() -> None:
    with pytest.raises(Invalid, match="committee_member_repeated"):
        appoint(2, ["m1", "m2", "m1"], None)


def test_whoever_stays_keeps_the_key_and_whoever_comes_has_none() -> None:
    before = proven_committee(*PEOPLE)
    after = appoint(2, ["m3", "m1", "m4"], before)
    assert after.member("m3") == before.member("m3")
    assert after.member("m4").recipient == ""
    with pytest.raises(Conflict) as refused:
        after.sealed_bid()
    assert (refused.value.code, refused.value.extra) == ("committee_key_unproven", {"missing": ["m4"]})


def test_a_key_counts_once_its_member_has_read_what_was_encrypted_to_it() -> None:
    """Control 4.3: a registered key is nothing until its canary has been opened."""
    committee = appoint(2, PEOPLE, None)
    keyed = register_key(committee, "m1", recipient(), b"secret")
    assert keyed.canary_opened_at is None
    known = replace(committee, members=(keyed, *committee.members[1:]))
    with pytest.raises(Invalid, match="canary_wrong"):
        open_canary(known, "m1", b"another", NOW)
    assert open_canary(known, "m1", b"secret", NOW).canary_opened_at == NOW


def test_a_new_key_must_be_proven_again() -> None:
    """Control 4.3: the proof belongs to the key, not to the member."""
    committee = proven_committee(*PEOPLE)
    assert register_key(committee, "m1", recipient(), b"secret").canary_opened_at is None


def test_the_first_proof_stands() -> None:
    committee = proven_committee(*PEOPLE)
    assert open_canary(committee, "m1", b"canary", NOW + DAY).canary_opened_at == NOW


@pytest.mark.parametrize("text", ["", "age1", "ssh-ed25519 AAAA", "age1" + "q" * 58, "\x00"])
def test_what_is_no_age_recipient_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="recipient_malformed"):
        register_key(appoint(2, PEOPLE, None), "m1", text, b"secret")


def test_two_members_cannot_share_a_key() -> None:
    """Control 4.2: one device with two keys' worth would open alone."""
    committee = proven_committee(*PEOPLE)
    with pytest.raises(Conflict, match="recipient_taken"):
        register_key(committee, "m1", committee.member("m2").recipient, b"secret")


def test_only_members_have_keys() -> None:
    committee = proven_committee(*PEOPLE)
    with pytest.raises(Forbidden, match="not_a_committee_member"):
        register_key(committee, "stranger", recipient(), b"secret")
    with pytest.raises(Forbidden, match="not_a_committee_member"):
        open_canary(committee, "stranger", b"canary", NOW)
    with pytest.raises(Conflict, match="committee_key_missing"):
        open_canary(appoint(2, PEOPLE, None), "m1", b"canary", NOW)


def test_the_published_committee_is_the_one_that_bids_are_sealed_to() -> None:
    committee: Committee = proven_committee(*PEOPLE)
    sealed = committee.sealed_bid()
    assert sealed.k == 2
    assert [(each.member, str(each.recipient)) for each in sealed.members] == [
        (each.member, each.recipient) for each in committee.members
    ]
