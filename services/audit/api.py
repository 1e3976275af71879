"""REST: the log as static-looking files for tools nobody here wrote, and as JSON for people."""

import base64
import re
from typing import Any

from flask import Response, current_app, jsonify
from licita_formats.tiles import WIDTH, Tile

from backbone.acts import Call, Doors
from backbone.errors import NotFound
from backbone.keys import KeyRing
from services.audit import documents, queries
from services.audit.domain import rules_after_opening, rules_before_opening
from services.audit.domain.case import state
from services.audit.domain.findings import RULES, SENTENCES, check
from services.audit.schemas import HistoryOut, ProofOut, ReplayOut, ReplayQuery, StatusOut

RULE_BOOKS = (rules_before_opening, rules_after_opening)  # imported for the rules that they register
doors = Doors("audit", __name__, description="The append-only log / El registro de sólo agregar")
PLACE = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
DEEPEST = 7


def _keys() -> KeyRing:
    keys: KeyRing = current_app.extensions["keys"]
    return keys


def _place(path: str) -> tuple[int, int]:
    """Index and width that a tile's path says.

    Raises:
        NotFound: not a tile's path.
    """
    found = PLACE.fullmatch(path)
    width = int(found[2] or WIDTH) if found else 0
    if found is None or not 0 < width <= WIDTH or (found[2] and width == WIDTH):
        raise NotFound("tile_unknown")
    return int(found[1].replace("x", "").replace("/", "")), width


def _file(data: bytes, *, fixed: bool, kind: str = "application/octet-stream") -> Response:
    answer = Response(data, content_type=kind)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fixed else "no-cache"
    return answer


@doors.ask("/checkpoint", returns=StatusOut)
def checkpoint(call: Call) -> Response:
    """The newest checkpoint, a signed note (C2SP tlog-checkpoint)."""
    return _file(queries.checkpoint(call.tx), fixed=False, kind="text/plain; charset=utf-8")


@doors.ask("/tile/<int:level>/<path:place>", returns=StatusOut)
def tile(call: Call) -> Response:
    """A tile of hashes (C2SP tlog-tiles)."""
    index, width = _place(call.path["place"])
    if call.path["level"] > DEEPEST:
        raise NotFound("tile_unknown")
    return _file(queries.tile(call.tx, Tile(call.path["level"], index, width)), fixed=True)


@doors.ask("/tile/entries/<path:place>", returns=StatusOut)
def entries(call: Call) -> Response:
    """A bundle of entries, exactly as they were signed (C2SP tlog-tiles)."""
    return _file(queries.bundle(call.tx, *_place(call.path["place"])), fixed=True)


@doors.ask("/keys.json", returns=StatusOut)
def keys(call: Call) -> Response:
    """The public keys that the verifier needs."""
    del call
    return jsonify(documents.published_keys(_keys()))


@doors.ask("/v1/export", returns=StatusOut)
def export(call: Call) -> Response:
    """The whole log as a TAR with its verifier."""
    answer = _file(documents.archive(call.tx, _keys()), fixed=False, kind="application/x-tar")
    answer.headers["Content-Disposition"] = 'attachment; filename="licita-audit.tar"'
    return answer


@doors.ask("/v1/tenders/<tender_id>/history", returns=HistoryOut)
def tender_history(call: Call) -> dict[str, Any]:
    """What the log says of a tender. Sealed bids show only once an opening has revealed them."""
    return {"items": queries.history(call.tx, call.path["tender_id"]), "next": None}


@doors.ask("/v1/tenders/<tender_id>/replay", returns=ReplayOut, query=ReplayQuery)
def tender_replay(call: Call, query: dict[str, Any]) -> dict[str, Any]:
    """Rebuilds a tender from its events and checks the law."""
    case = queries.case(call.tx, call.path["tender_id"])
    case = case.until(query["until"]) if "until" in query else case
    findings = [
        {"rule": found.rule, "es": SENTENCES[found.rule][0], "en": SENTENCES[found.rule][1], "event": found.event,
         "evidence": found.evidence}
        for found in check(case)
    ]  # fmt: skip
    told = {"tender": case.tender, "events": len(case.events), "rules": sorted(RULES)}
    return {**told, "state": state(case), "findings": findings}


@doors.ask("/v1/events/<event_id>/proof", returns=ProofOut)
def event_proof(call: Call) -> dict[str, Any]:
    """The inclusion proof of an event."""
    proof = queries.proof(call.tx, call.path["event_id"])
    hashes = [base64.b64encode(each).decode() for each in proof.hashes]
    return {"index": proof.index, "checkpoint": proof.checkpoint.decode(), "hashes": hashes}


@doors.ask("/v1/status", returns=StatusOut)
def log_status(call: Call) -> dict[str, Any]:
    """Whether anything is missing or was set aside."""
    found = queries.status(call.tx)
    return {**vars(found), "ok": not found.gaps and not found.quarantined}
