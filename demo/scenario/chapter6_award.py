"""Award with reasons to all, standstill, a complaint that freezes and is decided, contracts."""

import time
from datetime import UTC, datetime
from typing import Any

from backbone.clock import parse_rfc3339
from demo import case
from demo.scenario.cast import Cast
from demo.story import wait_for


def play(cast: Cast) -> None:
    """From the award to the contract."""
    cast.story.chapter(6, "Adjudicación, plazo de espera, protesta y contrato")
    decided = _award(cast)
    _complain(cast)
    _sign(cast, decided)


def _award(cast: Cast) -> dict[str, Any]:
    ranking = cast.seen["report"]["ranking"]
    body = {
        "awards": [{"lot": row["lot"], "bid": row["bid"]} for row in ranking if row["rank"] == 1],
        "reasons": [_reason(bid, ranking) for bid in cast.seen["technical"]["bids"]],
    }
    refusal = cast["evaluator-1"].refused("tenders", "POST", cast.of_tender("/awards"), body)
    cast.story.refused("Un evaluador intenta adjudicar", str(refusal))
    silent = {**body, "reasons": body["reasons"][:-1]}
    refusal = cast["awarder"].refused("tenders", "POST", cast.of_tender("/awards"), silent)
    cast.story.refused("Adjudicar sin motivos para todos los oferentes", str(refusal))
    decided: dict[str, Any] = cast["awarder"].api.call("tenders", "POST", cast.of_tender("/awards"), body)
    letter = cast["tres"].api.get("tenders", cast.of_tender("/letters"))["items"]
    cast.story.done(f"Adjudicada; cada oferente recibe su carta con motivos ({len(letter)} para el proveedor tres)")
    return decided


def _reason(bid: dict[str, Any], ranking: list[dict[str, Any]]) -> dict[str, str]:
    row = next((each for each in ranking if each["bid"] == bid["bid"]), None)
    if row is None:
        text = "La oferta técnica no alcanzó el puntaje mínimo publicado; el sobre económico no se abrió."
    elif row["rank"] == 1:
        text = f"Obtuvo el mayor puntaje del lote: {row['totalScore']} de 100, sumados precio y calidad."
    else:
        text = (
            f"Obtuvo {row['totalScore']} de 100 y el puesto {row['rank']}; otra oferta sumó más entre precio y calidad."
        )
    return {"lot": bid["lot"], "bid": bid["bid"], "reason": text}


def _complain(cast: Cast) -> None:
    lodged = cast["tres"].api.call("tenders", "POST", cast.of_tender("/complaints"), {"grounds": case.COMPLAINT})
    cast.story.done("El proveedor tres presenta una protesta; la adjudicación queda detenida")
    award = cast["officer"].api.get("tenders", cast.of_tender("/awards"))["items"][0]
    contract = {"award": award["id"], "number": "CO-DEMO-0"}
    refusal = cast["officer"].refused("tenders", "POST", cast.of_tender("/contracts"), contract)
    cast.story.refused("Firmar el contrato con la protesta abierta", str(refusal))
    body = {"outcome": "dismissed", "reasons": case.DECISION}
    path = cast.of_tender(f"/complaints/{lodged['id']}/decision")
    cast["reviewer"].api.call("tenders", "POST", path, body)
    cast.story.done("El órgano de revisión rechaza la protesta, con motivos públicos")


def _sign(cast: Cast, decided: dict[str, Any]) -> None:
    pause = (parse_rfc3339(decided["standstillEnd"]) - datetime.now(UTC)).total_seconds()
    if pause > 0:
        cast.story.note(f"Plazo de espera: faltan {pause:.0f} s…")
        time.sleep(pause + 0.2)
    awards = cast["officer"].api.get("tenders", cast.of_tender("/awards"))["items"]
    for number, award in enumerate((each for each in awards if each["bid"]), start=1):
        contract = {"award": award["id"], "number": f"CO-DEMO-{number}"}
        signed = cast["officer"].api.call("tenders", "POST", cast.of_tender("/contracts"), contract)
        cast.seen.setdefault("contracts", []).append(signed)
        amount = f"{signed['value']['amount']} {signed['value']['currency']}"
        cast.story.done(f"Contrato {contract['number']} del {award['lot']} firmado por {amount}")
    stage = wait_for("the tender is contracted", lambda: _stage(cast))
    cast.story.done(f"Etapa final: {stage}")


def _stage(cast: Cast) -> str | None:
    stage = cast["officer"].api.get("tenders", cast.of_tender())["stage"]
    return stage if stage == "contracted" else None
