"""What other services ask over gRPC."""

from unittest.mock import Mock

import grpc
import pytest
from licita.tenders.v1.tenders_service_pb2 import GetNoticeRequest, GetNoticeResponse

from backbone.errors import NotFound
from services.tenders.rpc import Tenders
from tests.integration.tenders.conftest import Town, done


def get_notice(town: Town, tender: str) -> GetNoticeResponse:
    servicer = Tenders(town.house.database, town.house.settings.public_url)
    return servicer.GetNotice(GetNoticeRequest(tender=tender), Mock(spec=grpc.ServicerContext))


def test_the_notice_is_the_one_that_was_told(town: Town) -> None:
    """Control 1.4: over gRPC as in the event, with the stage by the database's clock."""
    tender = town.published()
    answer = get_notice(town, tender)
    shown = done(town.nobody().get(f"/v1/tenders/{tender}"), 200)
    assert answer.stage == shown["stage"] == "published"
    assert answer.notice.notice_sha256 == shown["notice"]["sha256"]
    assert [each.url for each in answer.notice.documents] == [each["url"] for each in shown["documents"]]


def test_a_draft_is_unknown_to_other_services(town: Town) -> None:
    with pytest.raises(NotFound, match="tender_unknown"):
        get_notice(town, town.draft())
