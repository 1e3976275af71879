"""Suppliers seal on their side and send; one replaces, one withdraws; who may not is refused with a signature."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from licita_client.sealing import write_json

from demo import case
from demo.actors import CommandRefused
from demo.scenario.cast import SUPPLIERS, Cast
from demo.scenario.chapter1_suppliers import PDF

BIDS = [(key, lot) for key in SUPPLIERS for lot in case.LOTS]


def play(cast: Cast) -> None:
    """Everything until the deadline."""
    cast.story.chapter(4, "Las ofertas, selladas en el dispositivo de cada oferente")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda bid: _bid(cast, *bid), BIDS))
    cast.story.done(f"{len(BIDS)} ofertas selladas y enviadas; cada una con su recibo firmado")
    _replace(cast)
    _withdraw(cast)
    _debarred(cast)
    _too_early(cast)
    receipt = folder(cast, "uno", "lote-1")
    checked = cast["uno"].licita(
        "receipt", "verify", receipt / "receipt.txt", "--file", "technical", receipt / "technical.age"
    )
    cast.story.done(f"El proveedor uno verifica su recibo {checked['receipt'][:13]}… contra su propio archivo")


def folder(cast: Cast, key: str, lot: str, again: str = "") -> Path:
    """Where a supplier keeps a sealed bid."""
    return cast.world.folder / "devices" / key / f"oferta-{lot}{again}"


def seal(cast: Cast, key: str, lot: str, percent: int, again: str = "") -> Path:
    """Seals a bid into its folder; nothing is sent."""
    device = cast.folder(key)
    sheet, price = device / f"ficha-tecnica-{lot}.pdf", device / f"precio-{lot}{again}.json"
    sheet.write_bytes(PDF)
    write_json(price, case.offer(lot, percent))
    schedule = device / f"planilla-de-precios-{lot}{again}.pdf"
    schedule.write_bytes(PDF)
    target = folder(cast, key, lot, again)
    cast[key].licita(
        "bid", "seal", cast.tender, target, "--lot", lot, "--offer", price,
        "--document", "technical", "technicalSpecifications", sheet,
        "--document", "financial", "priceSchedule", schedule,
    )  # fmt: skip
    return target


def _bid(cast: Cast, key: str, lot: str) -> None:
    percent = case.DEARER_FIRST_TRY if (key, lot) == ("dos", "lote-1") else case.PRICES[key][lot]
    cast[key].licita("bid", "submit", seal(cast, key, lot, percent))


def _replace(cast: Cast) -> None:
    again = seal(cast, "dos", "lote-1", case.PRICES["dos"]["lote-1"], "-v2")
    cast["dos"].licita("bid", "submit", again)
    cast.story.done("El proveedor dos reemplaza su oferta del lote 1 por una mejor")


def _withdraw(cast: Cast) -> None:
    cast["tres"].licita("bid", "withdraw", folder(cast, "tres", "lote-1"))
    cast.story.done("El proveedor tres retira su oferta del lote 1; quedará sellada para siempre")
    cast.seen["late"] = seal(cast, "tres", "lote-1", case.PRICES["tres"]["lote-1"], "-tardia")


def _debarred(cast: Cast) -> None:
    target = seal(cast, "inhabilitado", "lote-1", 80)
    try:
        cast["inhabilitado"].licita("bid", "submit", target)
    except CommandRefused as refusal:
        assert (target / "refusal.txt").exists(), "the refusal was not signed"
        cast.story.refused("El proveedor inhabilitado intenta ofertar", refusal.problem.get("detail", str(refusal)))
        return
    raise AssertionError("a debarred supplier's bid was taken")


def _too_early(cast: Cast) -> None:
    path = cast.of_tender("/openings/technical/shares")
    refusal = cast["member-1"].refused("bids", "GET", path)
    cast.story.refused("Una integrante del comité intenta abrir antes de la hora", str(refusal))
