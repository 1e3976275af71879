"""What everybody can fetch: policies, releases, records, the list."""

import hashlib

from tests.integration.tenders.conftest import Town, done, refused


def test_a_release_is_served_as_the_log_has_its_digest(town: Town) -> None:
    """Control 1.5: the digest told to the log is that of the bytes that are served."""
    tender = town.published()
    told = next(each for each in town.journal(tender) if each["type"] == "ReleasePublished")["data"]
    listed = done(town.nobody().get(f"/v1/tenders/{tender}/ocds/releases"), 200)["items"]
    answer = town.nobody().get(f"/v1/ocds/releases/{told['release']}")
    assert hashlib.sha256(answer.data).hexdigest() == told["sha256"] == listed[0]["sha256"]
    assert answer.headers["ETag"] == f'"{told["sha256"]}"'


def test_nothing_is_published_of_a_draft(town: Town) -> None:
    tender = town.draft()
    ocid = done(town.officer.get(f"/v1/tenders/{tender}"), 200)["ocid"]
    assert done(town.nobody().get(f"/v1/tenders/{tender}/ocds/releases"), 200)["items"] == []
    refused(town.nobody().get(f"/v1/ocds/records/{ocid}"), 404, "record_unknown")
    assert town.nobody().get("/v1/ocds/records/%00").status_code == 404


def test_policies_are_public_with_their_articles(town: Town) -> None:
    """Control 14.7: dated, citing, and the tender names the one it runs under."""
    tender = done(town.nobody().get(f"/v1/tenders/{town.published()}"), 200)
    known = {each["reference"]: each for each in done(town.nobody().get("/v1/policies"), 200)["items"]}
    policy = known[tender["policy"]]
    assert policy["cites"]
    assert policy["inForce"]
    versions = done(town.nobody().get(f"/v1/policies/{policy['id']}"), 200)["items"]
    assert [each["date"] for each in versions] == [policy["date"]]
    refused(town.nobody().get("/v1/policies/nada"), 404, "policy_unknown")


def test_the_list_pages_and_finds(town: Town) -> None:
    tender = town.published(title="Puente colgante sobre el arroyo")
    found = done(town.nobody().get("/v1/tenders?q=PUENTE arroyo&stage=published"), 200)["items"]
    assert tender in {each["id"] for each in found}
    assert done(town.nobody().get("/v1/tenders?q=puente&stage=closed"), 200)["items"] == []
    refused(town.nobody().get("/v1/tenders?cursor=nada"), 422, "cursor_unknown")
    refused(town.nobody().get("/v1/tenders?mine=true"), 403, "buyer_staff_only")
