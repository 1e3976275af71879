"""A draft with two lots, two envelopes, documents and a 2-of-3 committee; approved by another person; published."""

from datetime import UTC, datetime
from typing import Any

from licita_client.sealing import write_json

from demo import case
from demo.scenario.cast import Cast
from demo.scenario.chapter1_suppliers import PDF
from demo.story import wait_for

MEMBERS = ("member-1", "member-2", "member-3")


def play(cast: Cast) -> None:
    """From draft to publication."""
    cast.story.chapter(2, "La convocatoria")
    _draft(cast)
    _appoint(cast)
    _approve(cast)
    _publish(cast)


def _draft(cast: Cast) -> None:
    officer, device = cast["officer"], cast.folder("officer")
    write_json(device / "convocatoria.json", case.notice(datetime.now(UTC) + cast.period))
    made = officer.licita("tender", "draft", device / "convocatoria.json")
    cast.tender, cast.ocid = made["id"], made["ocid"]
    document = device / "pliego-de-bases-y-condiciones.pdf"
    document.write_bytes(PDF)
    officer.licita("tender", "document", cast.tender, document, "--title", "Pliego de bases y condiciones")
    cast.story.done(f"{officer.title}: borrador {cast.ocid}, dos lotes, cuatro ítems, dos sobres, pliego adjunto")


def _appoint(cast: Cast) -> None:
    officer = cast["officer"]
    for key, duty in [*((key, "committee_member") for key in MEMBERS), ("evaluator-1", "evaluator"),
                      ("evaluator-2", "evaluator"), ("awarder", "awarder")]:  # fmt: skip
        officer.api.call("identity", "POST", cast.of_tender("/duties"), {"person": cast[key].person, "duty": duty})
    clash = {"person": cast["awarder"].person, "duty": "evaluator"}
    refusal = officer.refused("identity", "POST", cast.of_tender("/duties"), clash)
    cast.story.refused("Nombrar evaluadora a quien va a adjudicar", str(refusal))
    body = {"threshold": 2, "members": [cast[key].person for key in MEMBERS]}
    officer.api.call("tenders", "PUT", cast.of_tender("/committee"), body)
    for key in MEMBERS:
        cast[key].licita("committee", "keygen")
        cast[key].licita("committee", "register", cast.tender)
    cast.story.done(
        "Comité de apertura 2 de 3: claves creadas en sus dispositivos, sobre de prueba abierto por los tres"
    )


def _approve(cast: Cast) -> None:
    officer, approver = cast["officer"], cast["approver"]
    draft = officer.api.call("tenders", "POST", cast.of_tender("/submission"))
    sha256 = {"draftSha256": draft["draftSha256"]}
    refusal = officer.refused("tenders", "POST", cast.of_tender("/approval"), sha256)
    cast.story.refused("Quien redactó intenta aprobar", str(refusal))
    approver.api.call("tenders", "POST", cast.of_tender("/approval"), sha256)
    cast.story.done(f"{approver.title}: aprobada la versión {draft['draftSha256'][:16]}…")
    cast.seen["draft"] = sha256


def _publish(cast: Cast) -> None:
    tender = cast["approver"].api.call("tenders", "POST", cast.of_tender("/publication"), cast.seen["draft"])
    cast.story.done(f"Publicada; cierre previsto {tender['tenderPeriod']['endDate']}")
    releases = cast["approver"].api.get("tenders", cast.of_tender("/ocds/releases"))
    tags = [tag for release in releases["items"] for tag in release["tag"]]
    cast.story.done(f"Publicaciones OCDS escritas: {', '.join(tags)}")
    wait_for("the bids service knows the tender", lambda: terms(cast))


def terms(cast: Cast) -> Any:
    """The terms of submission, None while the bids service has not heard of the tender."""
    from licita_client.api import Refused  # noqa: PLC0415 - used by this look-up alone

    try:
        return cast["uno"].api.get("bids", cast.of_tender("/terms"))
    except Refused as refusal:
        if refusal.status == 404:
            return None
        raise
