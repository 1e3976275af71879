"""From the draft to the published notice: two persons, one digest, proven keys, and what the world is told."""

import hashlib
from datetime import timedelta

from tests.integration.tenders.conftest import PDF, Town, done, lot, notice, prove, refused


def test_a_tender_is_drafted_approved_and_published(town: Town) -> None:
    """Controls 1.2, 4.3 and 9.1: every step is told, in order, by who did it."""
    tender = town.published()
    told = town.journal(tender)
    types = [each["type"] for each in told]
    assert types[:2] == ["TenderDrafted", "CommitteeAppointed"]
    assert sorted(types[2:8]) == ["CanaryOpened"] * 3 + ["CommitteeKeyRegistered"] * 3
    assert types[8:] == ["TenderSubmittedForApproval", "TenderApproved", "TenderPublished", "ReleasePublished"]
    published = told[10]["data"]
    assert published["draft_sha256"] == told[9]["data"]["draft_sha256"]
    assert told[9]["data"]["drafter"] == town.officer.id
    assert [each["member"] for each in published["notice"]["committee"]["members"]] == [one.id for one in town.members]
    assert published["notice"]["envelopes"] == ["technical", "financial"]
    assert published["notice"]["documents"][0]["sha256"] == hashlib.sha256(PDF).hexdigest()


def test_who_drafted_cannot_approve_and_neither_can_another_officer(town: Town) -> None:
    """Controls 1.2 and 10.1: the drafter is refused, also with the approver's role; an officer is no approver."""
    tender = town.draft()
    sha256 = {"draftSha256": done(town.officer.post(f"/v1/tenders/{tender}/submission"), 200)["draftSha256"]}
    path = f"/v1/tenders/{tender}/approval"
    refused(town.officer.post(path, sha256), 403, "duty_incompatible")
    refused(town.staff("officer").post(path, sha256), 403, "role_missing")
    refused(town.staff("approver", buyer="0b").post(path, sha256), 404, "tender_unknown")
    refusals = [each for each in town.journal(tender) if each["type"] == "ActRefused"]
    assert {each["data"]["act"] for each in refusals} == {"tenders.approve_tender"}
    assert refusals[0]["actor"] == town.officer.id


def test_an_approval_names_what_it_approves(town: Town) -> None:
    """Control 10.4: another digest is refused, and so is publishing anything but what was approved."""
    tender = town.draft()
    done(town.officer.post(f"/v1/tenders/{tender}/submission"), 200)
    wrong = {"draftSha256": "ab" * 32}
    refused(town.approver.post(f"/v1/tenders/{tender}/approval", wrong), 409, "draft_changed")
    approved, _ = town.approved()
    refused(town.approver.post(f"/v1/tenders/{approved}/publication", wrong), 409, "draft_changed")


def test_a_second_factor_given_long_ago_does_not_approve(town: Town) -> None:
    """Control 10.2: approvals need a fresh second factor."""
    tender = town.draft()
    stale = town.staff("approver", mfa_at=1)
    refused(stale.post(f"/v1/tenders/{tender}/approval", {"draftSha256": "ab" * 32}), 403, "second_factor_stale")


def test_nothing_is_edited_between_approval_and_publication(town: Town) -> None:
    """Control 1.2: a return is needed, and it voids the approval."""
    tender, sha256 = town.approved()
    version = done(town.officer.get(f"/v1/tenders/{tender}"), 200)["version"]
    refused(town.officer.patch(f"/v1/tenders/{tender}", {"title": "Otro"}, version), 409, "act_not_allowed")
    refused(town.officer.upload(tender), 409, "act_not_allowed")
    done(town.approver.post(f"/v1/tenders/{tender}/return", {"grounds": "Falta el plano."}), 200)
    refused(town.approver.post(f"/v1/tenders/{tender}/publication", sha256), 409, "act_not_allowed")


def test_a_key_that_was_not_proven_stops_the_publication(town: Town) -> None:
    """Control 4.3: a member registers another key and does not open its canary."""
    tender, sha256 = town.approved()
    recipient = "age1" + "q" * 10
    path = f"/v1/tenders/{tender}/committee"
    refused(town.members[0].post(f"{path}/keys", {"recipient": recipient}), 422, "recipient_malformed")
    from licita_formats.age import Identity  # noqa: PLC0415 - for this test alone

    done(town.members[0].post(f"{path}/keys", {"recipient": str(Identity.generate().recipient)}), 201)
    problem = refused(town.approver.post(f"/v1/tenders/{tender}/publication", sha256), 409, "committee_key_unproven")
    assert problem["missing"] == [town.members[0].id]
    refused(town.members[0].post(f"{path}/canary", {"secret": "00" * 32}), 422, "canary_wrong")
    prove(town.members[0], tender)
    done(town.approver.post(f"/v1/tenders/{tender}/publication", sha256), 200)


def test_a_committee_is_of_persons_who_hold_the_duty(town: Town) -> None:
    tender = done(town.officer.post("/v1/tenders", notice()), 201)["id"]
    body = {"threshold": 2, "members": [each.id for each in town.members]}
    refused(town.officer.put(f"/v1/tenders/{tender}/committee", body), 409, "members_without_duty")


def test_what_is_missing_is_named_before_anybody_approves(town: Town) -> None:
    tender = done(town.officer.post("/v1/tenders", notice()), 201)["id"]
    path = f"/v1/tenders/{tender}/submission"
    refused(town.officer.post(path), 409, "documents_missing")
    done(town.officer.upload(tender), 201)
    refused(town.officer.post(path), 409, "committee_missing")


def test_a_period_that_is_too_short_is_not_submitted(town: Town) -> None:
    """Control 1.3."""
    tender = town.draft(ends_in=timedelta(seconds=1))
    refused(town.officer.post(f"/v1/tenders/{tender}/submission"), 422, "tender_period_too_short")


def test_drafts_do_not_exist_for_others(town: Town) -> None:
    """Control 11.1: neither suppliers nor other buyers learn that there is a draft."""
    tender = town.draft()
    for reader in (town.nobody(), town.supplier(), town.staff("officer", buyer="0b"), town.staff("auditor")):
        refused(reader.get(f"/v1/tenders/{tender}"), 404, "tender_unknown")
        refused(reader.get(f"/v1/tenders/{tender}/committee"), 404, "tender_unknown")
    listed = done(town.nobody().get("/v1/tenders?q=" + tender), 200)["items"]
    assert listed == []
    assert [each["id"] for each in done(town.officer.get("/v1/tenders?mine=true"), 200)["items"]] == [tender]


def test_two_who_edit_at_once_do_not_overwrite_each_other(town: Town) -> None:
    tender = done(town.officer.post("/v1/tenders", notice()), 201)
    path = f"/v1/tenders/{tender['id']}"
    done(town.officer.patch(path, {"title": "Primero"}, tender["version"]), 200)
    refused(town.officer.patch(path, {"title": "Segundo"}, tender["version"]), 412, "version_changed")
    assert done(town.officer.get(path), 200)["title"] == "Primero"


def test_everybody_reads_the_same_deadline(town: Town) -> None:
    """Control 1.4: notice, list, open data and event say the same instant."""
    tender = town.published()
    shown = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)
    end = shown["tenderPeriod"]["endDate"]
    listed = done(town.nobody().get(f"/v1/tenders?q={shown['ocid']}"), 200)["items"]
    assert [each["tenderPeriod"]["endDate"] for each in listed] == [end]
    record = done(town.nobody().get(f"/v1/ocds/records/{shown['ocid']}"), 200)["records"][0]
    assert record["compiledRelease"]["tender"]["tenderPeriod"]["endDate"] == end
    notice_told = next(each for each in town.journal(tender) if each["type"] == "TenderPublished")["data"]["notice"]
    assert notice_told["tender_period_end"] == end
    assert notice_told["notice_sha256"] == shown["notice"]["sha256"]


def test_hostile_texts_and_numbers_are_refused_with_their_place(town: Town) -> None:
    """Control 12.2: nothing that cannot be stored or shown comes in, and nothing is a server's error."""
    hostile = [
        {"title": "A\x00B"},
        {"title": "\u202eB"},
        {"title": "x" * 100_000},
        {"lots": [lot("lote-1", "item-1", quantity="NaN")]},
        {"lots": [lot("lote-1", "item-1", quantity="-1")]},
        {"lots": [lot("lote-1", "item-1", quantity="1e400")]},
        {"value": {"amount": "1.5", "currency": "PYG"}},
        {"timeZone": "America/Nowhere"},
        {"tenderPeriod": {"endDate": "2026-04-01T12:00:00"}},
        {"unknown": 1},
    ]
    for changes in hostile:
        assert isinstance(changes, dict)
        answer = town.officer.post("/v1/tenders", notice() | changes)
        assert answer.status_code == 422, (changes, answer.text)
    for words in ("%00", "%25", "_", "\\", "'"):
        assert town.nobody().get(f"/v1/tenders?q={words}").status_code in {200, 422}
