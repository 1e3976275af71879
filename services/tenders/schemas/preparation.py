"""Shapes of documents, committee, approval, questions, corrigenda, policies and OCDS data."""

from marshmallow import Schema, fields, validate

from backbone.fields import File, Text
from services.tenders.domain.committee import MOST_MEMBERS
from services.tenders.domain.corrigendum import REASON_CODES
from services.tenders.schemas.content import MOST_ROWS, AmendableIn
from services.tenders.schemas.shapes import (
    CHANGE_OUT,
    LONGEST_GROUNDS,
    LONGEST_TITLE,
    digest,
    language,
    many,
    shape,
)

LONGEST_QUESTION = 4_000


class DocumentIn(Schema):
    """A file of at most 15 MiB; `replaces` is the id of the document that it takes the place of, `reason` why."""

    file = File(required=True)
    title = Text(LONGEST_TITLE, required=True)
    document_type = Text(100, required=True, data_key="documentType", metadata={"description": "OCDS documentType"})
    language = language()
    replaces = fields.UUID(load_default=None)
    reason = Text(LONGEST_GROUNDS, shortest=0, lines=True, load_default="")


class CommitteeIn(Schema):
    """`threshold` of the members open; there is at least one member more."""

    threshold = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MOST_MEMBERS))
    members = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_MEMBERS))


class KeyIn(Schema):
    """A member's age recipient; its private half stays on the member's device."""

    recipient = fields.String(required=True, validate=validate.Length(max=200))


class CanaryIn(Schema):
    """The 32 bytes that were inside the canary, in hexadecimal."""

    secret = digest("secret")


class ApprovalIn(Schema):
    """The digest of the very draft that is meant."""

    draft_sha256 = digest("draftSha256")


class QuestionIn(Schema):
    """A question; it is published with its answer, so it must not tell who asks."""

    text = Text(LONGEST_QUESTION, lines=True, required=True)


class AnswerIn(Schema):
    """An answer; late ones need grounds why they are not significant, and a second officer."""

    text = Text(LONGEST_QUESTION * 2, lines=True, required=True)
    not_significant = Text(LONGEST_GROUNDS, shortest=0, lines=True, load_default="", data_key="notSignificant")


class ChangesIn(AmendableIn):
    """The new values, by field."""

    documents = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_ROWS))


class CorrigendumIn(Schema):
    """A change of the published notice."""

    reason_code = fields.String(required=True, data_key="reasonCode", validate=validate.OneOf(REASON_CODES))
    rationale = Text(LONGEST_GROUNDS, lines=True, required=True)
    changes = fields.Nested(ChangesIn, required=True)


MEMBER_OUT = shape("Member", member=fields.String(), recipient=fields.String(), proven=fields.Boolean())
COMMITTEE_OUT = shape(
    "Committee",
    threshold=fields.Integer(),
    members=fields.List(fields.Nested(MEMBER_OUT)),
    sha256=fields.String(metadata={"description": "the fingerprint, once every key is proven"}),
)
CANARY_OUT = shape("Canary", canary=fields.String(metadata={"description": "base64 of an age file"}))
QUESTION_OUT = shape(
    "Question",
    id=fields.String(),
    text=fields.String(),
    state=fields.String(metadata={"description": "open, waiting (for a second officer) or answered"}),
    answer=fields.String(allow_none=True),
    notSignificant=fields.String(),
    askedAt=fields.String(metadata={"description": "for the buyer's staff"}),
    answeredAt=fields.String(allow_none=True),
)
QUESTION_PAGE = many("QuestionPage", QUESTION_OUT)
CORRIGENDUM_OUT = shape(
    "Corrigendum",
    id=fields.String(),
    number=fields.Integer(),
    state=fields.String(metadata={"description": "proposed, approved or outdated"}),
    baseVersion=fields.Integer(),
    reasonCode=fields.String(),
    rationale=fields.String(),
    changes=fields.List(fields.Nested(CHANGE_OUT)),
    proposer=fields.String(),
    proposedAt=fields.String(),
    approver=fields.String(),
    approvedAt=fields.String(allow_none=True),
)
CORRIGENDUM_PAGE = many("CorrigendumPage", CORRIGENDUM_OUT)
POLICY_OUT = shape(
    "Policy",
    id=fields.String(),
    date=fields.String(),
    reference=fields.String(),
    inForce=fields.Boolean(),
    procedure=fields.String(),
    title=fields.Dict(keys=fields.String(), values=fields.String()),
    cites=fields.List(fields.String()),
    envelopes=fields.List(fields.String()),
    minimum_tender_period=fields.String(),
    enquiry_cutoff=fields.String(),
    answer_cutoff=fields.String(),
    standstill=fields.String(),
    opening_window=fields.String(),
    retention=fields.String(),
    minimum_bids=fields.Integer(),
    max_envelope_bytes=fields.Integer(),
    passing_score=fields.String(),
    closing=fields.Dict(allow_none=True),
    derogations=fields.List(fields.Dict()),
)
POLICY_PAGE = many("PolicyPage", POLICY_OUT)
RELEASE_OUT = shape(
    "ReleaseReference",
    id=fields.String(),
    ocid=fields.String(),
    tag=fields.List(fields.String()),
    date=fields.String(),
    sha256=fields.String(metadata={"description": "of the release's bytes, which its url gives"}),
    url=fields.String(),
)
RELEASE_PAGE = many("ReleasePage", RELEASE_OUT)
