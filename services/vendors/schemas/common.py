"""Shapes that several routes share."""

from marshmallow import Schema, fields, validate

from backbone.fields import Text

LONGEST_GROUNDS = 4000


class CursorQuery(Schema):
    """Where a page begins: the `next` of the answer before."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=64))


class Grounds(Schema):
    """Why; the supplier and, for debarments, the public read it."""

    grounds = Text(LONGEST_GROUNDS, lines=True, required=True)


class IdentifierOut(Schema):
    """An entry in a register of legal entities."""

    scheme = fields.String()
    id = fields.String()


class CategoryShape(Schema):
    """A classification code."""

    scheme = Text(150, required=True)
    id = Text(60, required=True)
