"""JSON shapes of the audit service."""

from marshmallow import Schema, fields


class EventOut(Schema):
    """An event of the log. `index` is its leaf, counted from 0."""

    index = fields.Integer()
    id = fields.String()
    type = fields.String(attribute="kind")
    producer = fields.String()
    time = fields.AwareDateTime()
    subject = fields.String()
    actor = fields.String()
    data = fields.Dict()


class HistoryOut(Schema):
    """What the log says of a tender, oldest leaf first."""

    items = fields.List(fields.Nested(EventOut))
    next = fields.String(allow_none=True)


class FindingOut(Schema):
    """A broken rule with its sentence in both languages, the event and the evidence."""

    rule = fields.String()
    es = fields.String()
    en = fields.String()
    event = fields.Nested(EventOut)
    evidence = fields.String()


class ReplayOut(Schema):
    """The result of a replay: how many events, which rules were checked, the state they give, what broke the law."""

    tender = fields.String()
    events = fields.Integer()
    rules = fields.List(fields.String())
    state = fields.Dict()
    findings = fields.List(fields.Nested(FindingOut))


class ReplayQuery(Schema):
    """`until`: replay the tender as it stood at this instant."""

    until = fields.AwareDateTime()


class ProofOut(Schema):
    """An inclusion proof: RFC 9162 audit path in base64, from the leaf up, and the checkpoint that it leads to."""

    index = fields.Integer()
    checkpoint = fields.String()
    hashes = fields.List(fields.String())


class GapOut(Schema):
    """A number that a producer gave and that never arrived."""

    producer = fields.String()
    missing = fields.Integer()
    waiting = fields.Integer()


class StatusOut(Schema):
    """The log's health; `ok` is false while anything is missing or set aside."""

    ok = fields.Boolean()
    size = fields.Integer()
    checkpointAt = fields.AwareDateTime(attribute="made_at", allow_none=True)  # noqa: N815 - the JSON is camelCase
    gaps = fields.List(fields.Nested(GapOut))
    quarantined = fields.Integer()
