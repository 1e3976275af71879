"""Facts that the unit tests of evaluation and award begin with: two lots, three bidders, two evaluators."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from backbone.money import Money
from services.tenders.domain.award import PENDING, UNSUCCESSFUL, Award, Decision, Eligibility
from services.tenders.domain.content import Criterion
from services.tenders.domain.evaluation import Judgement, Panellist, Score
from services.tenders.domain.offers import OfferedItem, OpenedBid
from services.tenders.domain.scoring import RankedBid

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUALITY = Criterion("quality", "Calidad", "technical", Decimal(30), Decimal(100), Decimal(50))
DELIVERY = Criterion("delivery", "Plazo", "technical", Decimal(10), Decimal(20))
PRICE = Criterion("price", "Precio", "financial", Decimal(60), Decimal(100))
CRITERIA = (QUALITY, DELIVERY, PRICE)


def pyg(amount: str | int) -> Money:
    return Money(Decimal(amount), "PYG")


def opened(
    bid: str, *, lot: str = "lot-1", minutes: int = 0, amount: str | None = None, **changes: object
) -> OpenedBid:
    """An announced envelope, received so many minutes after `NOW`."""
    envelope = "technical" if amount is None else "financial"
    value = None if amount is None else pyg(amount)
    facts = {"bid": bid, "lot": lot, "bidder": f"bidder-of-{bid}", "envelope": envelope, "version": 1, "value": value}
    return OpenedBid(**(facts | {"received_at": NOW + timedelta(minutes=minutes)} | changes))  # type: ignore[arg-type]


def item(name: str, quantity: str, unit: str, currency: str = "PYG") -> OfferedItem:
    return OfferedItem(name, Decimal(quantity), Money(Decimal(unit), currency))


def judged(evaluator: str, bid: str, quality: str, delivery: str, lot: str = "lot-1") -> list[Judgement]:
    """One evaluator's scores of one bid."""
    given = {"quality": quality, "delivery": delivery}
    return [Judgement(evaluator, lot, bid, Score(name, Decimal(score), "visto")) for name, score in given.items()]


def signed(person: str) -> Panellist:
    return Panellist(person, has_conflict=False, statement="ninguno", declared_at=NOW, signed_at=NOW)


def ranked(bid: str, rank: int, lot: str = "lot-1", amount: str = "1000") -> RankedBid:
    score = Decimal("80.00")
    return RankedBid(lot, bid, f"bidder-of-{bid}", rank, score, score, score, pyg(amount), NOW)


def eligibility(*bids: str, out: tuple[str, ...] = ()) -> dict[str, Eligibility]:
    """The register's answers for the bidders of these bids; those in `out` are debarred."""
    answers = {}
    for bid in (*bids, *out):
        vendor, free = f"bidder-of-{bid}", bid not in out
        answers[vendor] = Eligibility(vendor, free, "" if free else "vendor_debarred", "7/abc", NOW)
    return answers


def decision(standstill: timedelta = timedelta(days=10)) -> Decision:
    """One lot awarded, one without a winner."""
    awards = (
        Award("a1", "lot-1", PENDING, "x", "bidder-of-x", pyg(1000)),
        Award("a2", "lot-2", UNSUCCESSFUL, grounds="sin ofertas válidas"),
    )
    return Decision("d1", "awarder", NOW, NOW + standstill, awards)
