"""Plays the whole scenario on a running installation."""

import shutil
from pathlib import Path

from demo.actors import World
from demo.papers import file_papers
from demo.scenario import (
    chapter0_house,
    chapter1_suppliers,
    chapter2_preparation,
    chapter3_clarification,
    chapter4_bidding,
    chapter5_opening,
    chapter6_award,
    chapter7_audit,
)
from demo.scenario.cast import Cast
from demo.story import Story

CHAPTERS = (
    chapter0_house,
    chapter1_suppliers,
    chapter2_preparation,
    chapter3_clarification,
    chapter4_bidding,
    chapter5_opening,
    chapter6_award,
    chapter7_audit,
)


def play(world: World, papers: Path, story: Story) -> Cast:
    """Carries the procurement from draft to contract and files its papers; returns who and what was in it."""
    shutil.rmtree(papers, ignore_errors=True)
    papers.mkdir(parents=True)
    cast = Cast(world, story, papers)
    for chapter in CHAPTERS:
        chapter.play(cast)
    index = file_papers(cast)
    story.end(f"Expediente completo en {index}")
    return cast
