"""Shapes of tenders as they are shown."""

from marshmallow import Schema, fields, validate

from backbone.fields import Text
from services.tenders.domain.tender import Stage
from services.tenders.schemas.shapes import MONEY_OUT, PERIOD_OUT, CursorQuery, many, shape

CLASSIFICATION_OUT = shape("Classification", scheme=fields.String(), id=fields.String())
ITEM_OUT = shape(
    "Item",
    id=fields.String(),
    description=fields.String(),
    classification=fields.Nested(CLASSIFICATION_OUT),
    quantity=fields.String(),
    unit=fields.String(),
)
LOT_OUT = shape(
    "Lot",
    id=fields.String(),
    title=fields.String(),
    value=fields.Nested(MONEY_OUT),
    items=fields.List(fields.Nested(ITEM_OUT)),
)
CRITERION_OUT = shape(
    "Criterion",
    id=fields.String(),
    title=fields.String(),
    envelope=fields.String(),
    weight=fields.String(),
    maxScore=fields.String(),
    minimumScore=fields.String(allow_none=True),
)
REQUIRED_OUT = shape("RequiredDocument", envelope=fields.String(), documentType=fields.String(), title=fields.String())
DEROGATION_OUT = shape("Derogation", code=fields.String(), rationale=fields.String())
BUYER_OUT = shape("Buyer", id=fields.String(), name=fields.String())
DOCUMENT_OUT = shape(
    "Document",
    id=fields.String(),
    version=fields.Integer(),
    title=fields.String(),
    documentType=fields.String(),
    language=fields.String(),
    format=fields.String(),
    fileName=fields.String(),
    sha256=fields.String(),
    size=fields.Integer(),
    url=fields.String(),
    reason=fields.String(),
    datePublished=fields.String(allow_none=True),
    supersededBy=fields.Integer(),
)
NOTICE_OUT = shape("NoticeReference", version=fields.Integer(), sha256=fields.String())

TENDER_OUT = shape(
    "Tender",
    id=fields.String(),
    ocid=fields.String(),
    stage=fields.String(validate=validate.OneOf([stage.value for stage in Stage])),
    version=fields.Integer(metadata={"description": "for If-Match"}),
    buyer=fields.Nested(BUYER_OUT),
    title=fields.String(),
    description=fields.String(),
    language=fields.String(),
    mainProcurementCategory=fields.String(),
    procedure=fields.String(),
    policy=fields.String(),
    envelopes=fields.List(fields.String()),
    value=fields.Nested(MONEY_OUT),
    lots=fields.List(fields.Nested(LOT_OUT)),
    criteria=fields.List(fields.Nested(CRITERION_OUT)),
    requiredDocuments=fields.List(fields.Nested(REQUIRED_OUT)),
    tenderPeriod=fields.Nested(PERIOD_OUT),
    openingDate=fields.String(),
    enquiryPeriod=fields.Nested(PERIOD_OUT),
    timeZone=fields.String(),
    derogation=fields.Nested(DEROGATION_OUT, allow_none=True),
    source=fields.String(),
    documents=fields.List(fields.Nested(DOCUMENT_OUT)),
    notice=fields.Nested(NOTICE_OUT, allow_none=True),
    datePublished=fields.String(allow_none=True),
    draftSha256=fields.String(metadata={"description": "what an approver approves; for the buyer's staff alone"}),
    approvedSha256=fields.String(),
    drafter=fields.String(),
    approver=fields.String(),
)

SUMMARY_OUT = shape(
    "TenderSummary",
    id=fields.String(),
    ocid=fields.String(),
    stage=fields.String(),
    buyer=fields.Nested(BUYER_OUT),
    title=fields.String(),
    mainProcurementCategory=fields.String(),
    procedure=fields.String(),
    value=fields.Nested(MONEY_OUT),
    tenderPeriod=fields.Nested(PERIOD_OUT),
    timeZone=fields.String(),
    datePublished=fields.String(allow_none=True),
)
TENDER_PAGE = many("TenderPage", SUMMARY_OUT)


class TendersQuery(CursorQuery):
    """Which tenders: by stage, by words (all of them must occur), for the buyer's staff also `mine` with drafts."""

    stage = fields.String(load_default="", validate=validate.OneOf(["", *(stage.value for stage in Stage)]))
    q = Text(200, shortest=0, load_default="")
    mine = fields.Boolean(load_default=False)


class VersionHeader(Schema):
    """The tender's version, as the last answer gave it."""

    if_match = fields.String(data_key="If-Match", required=True)
