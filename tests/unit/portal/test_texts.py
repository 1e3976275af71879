"""Every stage is told in plain words, in both languages (controls 12.5, 13.4)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from services.portal.api import STAGES
from services.portal.domain import FINAL, ROAD, STATE_AFTER, STATE_AFTER_OPENING, Tender, road, state_after
from services.portal.texts import NEXT_STEPS, RESPONSIBLE, STAGE_NAMES

PORTAL = Path(__file__).resolve().parents[3] / "services" / "portal"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def test_every_stage_has_its_words() -> None:
    reachable = set(STATE_AFTER.values()) | set(STATE_AFTER_OPENING.values()) | {"closed", "unsuccessful"}
    assert reachable == set(STAGES) == set(STAGE_NAMES) == set(NEXT_STEPS) == set(RESPONSIBLE)


def test_nothing_is_left_untranslated() -> None:
    used = {
        message if isinstance(message, str) else message[0]
        for _, _, message, _, _ in extract_from_dir(
            PORTAL, METHODS, keywords={"_": None, "gettext": None, "ngettext": (1, 2)}
        )
    }
    with (PORTAL / "translations/es/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="es")
    translated = {
        entry.id if isinstance(entry.id, str) else entry.id[0]
        for entry in catalogue
        if entry.id and entry.string and not entry.fuzzy
    }
    assert used <= translated
    assert len(used) > 90


def test_a_tender_closes_by_the_clock_alone() -> None:
    """Control 1.4: no scheduler; the stage follows from the deadline."""
    tender = Tender("t", "o", "published", NOW, NOW, NOW + timedelta(hours=1), {})
    closes = tender.closes_at
    assert tender.stage(closes - timedelta(microseconds=1)) == "published"
    assert tender.stage(closes) == "closed"
    assert tender.since(closes) == closes


@pytest.mark.parametrize("stage", sorted(set(STAGES) - FINAL))
def test_the_road_shows_one_present_stage(stage: str) -> None:
    """Control 12.5: exactly one current stage."""
    marks = [mark for _, mark in road(stage, ["technical", "financial"])]
    assert marks.count("now") == 1


def test_one_envelope_has_no_technical_part() -> None:
    assert "technical_evaluation" not in dict(road("closed", ["offer"]))
    assert set(dict(road("closed", ["technical", "financial"]))) == set(ROAD)


def test_an_upheld_complaint_waits_for_the_cancelled_award() -> None:
    assert state_after("ComplaintDecided", {"outcome": "upheld"}) is None
    assert state_after("ComplaintDecided", {"outcome": "dismissed"}) == "standstill"
    assert state_after("TenderUnsuccessful", {"lot": "l"}) is None
    assert state_after("TenderUnsuccessful", {"lot": ""}) == "unsuccessful"
