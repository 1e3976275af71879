"""The deadline passes; one member alone opens nothing, two do; technical first, prices of those who passed after it."""

import time
from datetime import UTC, datetime
from typing import Any

from demo import case
from demo.actors import CommandRefused
from demo.scenario.cast import Cast
from demo.story import wait_for


def play(cast: Cast) -> None:
    """Opening, technical evaluation, financial opening, ranking."""
    cast.story.chapter(5, "Apertura y evaluación")
    _late(cast)
    _open(cast, "technical")
    _too_soon_for_prices(cast)
    _score(cast)
    _open(cast, "financial")
    report = wait_for("the report can be issued", lambda: _report(cast))
    cast.seen["report"] = report
    for row in report["ranking"]:
        told = f"{row['lot']}: puesto {row['rank']}, {_name(cast, row['bidder'])}, {row['totalScore']} puntos"
        cast.story.done(f"{told}, {row['value']['amount']} {row['value']['currency']}")


def _late(cast: Cast) -> None:
    pause = (cast.seen["ends_at"] - datetime.now(UTC)).total_seconds()
    if pause > 0:
        cast.story.note(f"Faltan {pause:.0f} s para el cierre…")
        time.sleep(pause + 0.2)
    try:
        cast["tres"].licita("bid", "submit", cast.seen["late"])
    except CommandRefused as refusal:
        if refusal.code != "deadline_passed" or not (cast.seen["late"] / "refusal.txt").exists():
            raise
        cast.story.refused("Una oferta llega después del cierre", refusal.problem["detail"])
        return
    raise AssertionError("a late bid was taken")


def _open(cast: Cast, envelope: str) -> None:
    path = cast.of_tender(f"/openings/{envelope}")
    first = wait_for("shares can be fetched", lambda: _hand_in(cast, "member-1", envelope))
    assert first["state"] == "collecting", first
    state = cast["auditor"].api.get("bids", path)
    assert state["state"] == "collecting", state
    cast.story.done(f"Sobre {envelope}: una sola integrante entregó sus partes; no se abre nada")
    _hand_in(cast, "member-3", envelope)
    opened = wait_for("the bids are open", lambda: _opened(cast, path))
    cast.seen[envelope] = opened
    cast.story.done(
        f"Sobre {envelope}: con dos integrantes se abren {len(opened['bids'])} ofertas y se levanta el acta"
    )


def _hand_in(cast: Cast, member: str, envelope: str) -> Any:
    try:
        return cast[member].licita("committee", "open", cast.tender, envelope)
    except CommandRefused as refusal:
        if refusal.code in {"opening_too_early", "stage_not_ready"}:
            return None
        raise


def _opened(cast: Cast, path: str) -> Any:
    state = cast["auditor"].api.get("bids", path)
    return state if state["state"] == "opened" else None


def _too_soon_for_prices(cast: Cast) -> None:
    refusal = cast["member-1"].refused("bids", "GET", cast.of_tender("/openings/financial/shares"))
    cast.story.refused("Pedir los sobres económicos antes de terminar la evaluación técnica", str(refusal))


def _score(cast: Cast) -> None:
    bids = wait_for("the evaluators see the bids", lambda: _bids_to_score(cast))
    for evaluator in ("evaluator-1", "evaluator-2"):
        api, path = cast[evaluator].api, cast.of_tender("/evaluation")
        declaration = {"hasConflict": False, "statement": "No tengo interés en ninguno de los oferentes."}
        api.call("tenders", "POST", f"{path}/declarations", declaration)
        for bid in bids:
            api.call("tenders", "PUT", f"{path}/scores", _scores(cast, bid))
        api.call("tenders", "POST", f"{path}/signature")
    cast.story.done("Dos evaluadores calificaron por separado y firmaron; recién entonces se ven sus puntajes")


def _bids_to_score(cast: Cast) -> Any:
    stage = cast["officer"].api.get("tenders", cast.of_tender())["stage"]
    return cast.seen["technical"]["bids"] if stage == "technical_evaluation" else None


def _scores(cast: Cast, bid: dict[str, Any]) -> dict[str, Any]:
    supplier = _key(cast, bid["bidder"])
    scores = [
        {"criterion": criterion, "score": score, "reason": case.REASONS[criterion]}
        for criterion, score in case.SCORES[supplier].items()
    ]
    return {"lot": bid["lot"], "bid": bid["bid"], "scores": scores}


def _report(cast: Cast) -> Any:
    stage = cast["officer"].api.get("tenders", cast.of_tender())["stage"]
    if stage != "evaluation":
        return None
    return cast["evaluator-1"].api.call("tenders", "POST", cast.of_tender("/evaluation/report"))


def _key(cast: Cast, organisation: str) -> str:
    return next(key for key in case.SCORES if cast[key].organisation == organisation)


def _name(cast: Cast, organisation: str) -> str:
    return cast[_key(cast, organisation)].title
