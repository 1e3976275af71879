"""The OpenAPI document says what the service takes."""

from typing import Any

from services.vendors.policy import ROUTES
from tests.integration.vendors.conftest import Town
from tests.support.alone import Alone


def test_the_document_shows_the_file_of_a_multipart_body(town: Town) -> None:
    document: dict[str, Any] = town.nobody().get("/openapi.json").get_json()
    posted = document["paths"]["/v1/vendors/{vendor_id}/evidence"]["post"]["requestBody"]["content"]
    assert list(posted) == ["multipart/form-data"]
    fields = document["components"]["schemas"]["EvidenceIn"]["properties"]
    assert (fields["file"]["type"], fields["file"]["format"]) == ("string", "binary")
    assert set(fields) == {"file", "kind", "title", "validUntil"}


def test_every_route_has_a_row_in_the_policy_table_and_every_row_a_route(house: Alone) -> None:
    endpoints = {each.endpoint for each in house.parts.web.url_map.iter_rules()}
    views = {each.removeprefix("vendors.") for each in endpoints if each.startswith("vendors.")}
    assert views == set(ROUTES)
