"""Shapes of openings, shares, actas and annexes."""

from marshmallow import Schema, fields, validate

from backbone.fields import Text
from services.bids.schemas.bids import LONGEST_ID

LONGEST_SHARE = 200
LONGEST_REASON, LONGEST_ANNEX = 500, 20_000


class BidSharesOut(Schema):
    """One bid's envelope, with the member's own share in it."""

    bid = fields.String(required=True)
    lot = fields.String(required=True)
    envelope = fields.Dict(required=True)


class StageSharesOut(Schema):
    """All bids of the stage."""

    bids = fields.List(fields.Nested(BidSharesOut), required=True)


class ShareIn(Schema):
    """The member's share of one bid in hexadecimal; null for one that the bidder dealt badly."""

    bid = Text(LONGEST_ID, required=True)
    share = Text(LONGEST_SHARE, required=True, allow_none=True)


class SharesIn(Schema):
    """The member's shares of all bids of the stage."""

    shares = fields.List(fields.Nested(ShareIn), required=True)


class HandedInOut(Schema):
    """Where the opening stands."""

    state = fields.String(required=True)
    handed_in = fields.Integer(required=True, data_key="handedIn")
    threshold = fields.Integer(required=True)


class BatchOut(Schema):
    """Who has handed in, and when."""

    member = fields.String(required=True)
    at = fields.AwareDateTime(required=True, attribute="received_at")


class ResultOut(Schema):
    """One bid as it was announced."""

    bid = fields.String(required=True)
    lot = fields.String(required=True)
    bidder = fields.String(required=True)
    version = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True, data_key="receivedAt")
    result = fields.String(required=True)
    failure = fields.String(required=True)
    identity = fields.String(required=True)
    offer = fields.Dict(allow_none=True)
    documents = fields.List(fields.Dict(), required=True)


class OpeningOut(Schema):
    """The public state of an opening; `bids` is empty until all are revealed."""

    tender = fields.String(required=True)
    envelope = fields.String(required=True)
    state = fields.String(required=True)
    opening_at = fields.AwareDateTime(allow_none=True, data_key="openingAt")
    delayed_since = fields.AwareDateTime(allow_none=True, data_key="delayedSince")
    threshold = fields.Integer(required=True)
    handed_in = fields.List(fields.Nested(BatchOut), required=True, data_key="handedIn")
    opened_at = fields.AwareDateTime(allow_none=True, data_key="openedAt")
    acta_sha256 = fields.String(allow_none=True, data_key="actaSha256")
    bids = fields.List(fields.Nested(ResultOut), required=True)


class ActaOut(Schema):
    """The signed acta with its annexes, each a signed statement."""

    acta = fields.String(required=True)
    sha256 = fields.String(required=True)
    annexes = fields.List(fields.String(), required=True)


class LanguageQuery(Schema):
    """The language of the page."""

    lang = fields.String(load_default="es", validate=validate.OneOf(("es", "en")))


class AnnexIn(Schema):
    """What is added to the acta, and why."""

    reason = Text(LONGEST_REASON, required=True)
    text = Text(LONGEST_ANNEX, required=True, lines=True)


class AnnexOut(Schema):
    """The signed annex."""

    annex = fields.String(required=True)
