"""A supplier asks without being seen, the answer goes to all, a corrigendum moves the deadline."""

import time
from datetime import timedelta

from backbone.clock import parse_rfc3339, rfc3339
from demo import case
from demo.scenario.cast import Cast
from demo.scenario.chapter2_preparation import terms
from demo.story import wait_for


def play(cast: Cast) -> None:
    """Question, answer, corrigendum."""
    cast.story.chapter(3, "Consultas y adenda")
    cast["uno"].licita("tender", "ask", cast.tender, case.QUESTION)
    questions = cast["officer"].api.get("tenders", cast.of_tender("/questions"))["items"]
    assert cast["uno"].organisation not in str(questions), "the officer sees who asked"
    answer = cast.of_tender(f"/questions/{questions[0]['id']}/answer")
    cast["officer"].api.call("tenders", "POST", answer, {"text": case.ANSWER})
    cast.story.done("Consulta anónima respondida a todos a la vez")
    _extend(cast)


def _extend(cast: Cast) -> None:
    """The new deadline leaves as much time as this machine needs for the bids, measured by one call of the command."""
    began = time.monotonic()
    cast["officer"].licita("tender", "show", cast.tender)
    one_call = time.monotonic() - began
    known = terms(cast)
    ends_at = parse_rfc3339(known["serverTime"]) + timedelta(seconds=max(14.0, one_call * 24))
    ends_at = max(ends_at, parse_rfc3339(known["tenderPeriod"]["endDate"]) + timedelta(seconds=1))
    body = {
        "reasonCode": "cor-buy",
        "rationale": case.CORRIGENDUM,
        "changes": {"tenderPeriod": {"endDate": rfc3339(ends_at)}},
    }
    made = cast["officer"].api.call("tenders", "POST", cast.of_tender("/corrigenda"), body)
    path = cast.of_tender(f"/corrigenda/{made['number']}/approval")
    cast["approver"].api.call("tenders", "POST", path)
    wait_for(
        "the bids service knows the new deadline", lambda: terms(cast)["notice"]["version"] > known["notice"]["version"]
    )
    cast.seen["ends_at"] = ends_at
    cast.story.done(f"Adenda 1, aprobada por otra persona: cierre ampliado al {rfc3339(ends_at)}")
