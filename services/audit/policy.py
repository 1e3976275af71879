"""Who may call what. The log is for everybody to read and for nobody to change."""

from collections.abc import Mapping

from backbone.policy import PUBLIC, Rule

ROUTES: Mapping[str, Rule] = {
    "checkpoint": PUBLIC,
    "tile": PUBLIC,
    "entries": PUBLIC,
    "keys": PUBLIC,
    "export": PUBLIC,
    "tender_history": PUBLIC,
    "tender_replay": PUBLIC,
    "event_proof": PUBLIC,
    "log_status": PUBLIC,
}
EVERY_SERVICE = frozenset({"identity", "tenders", "bids", "vendors", "portal"})
RPCS: Mapping[str, frozenset[str]] = {
    "/licita.audit.v1.AuditService/GetCheckpoint": EVERY_SERVICE,
    "/licita.audit.v1.AuditService/GetInclusionProof": EVERY_SERVICE,
}
