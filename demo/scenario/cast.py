"""Who and what the chapters hand on to one another."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from demo.actors import Actor, World
from demo.story import Story

SUPPLIERS = ("uno", "dos", "tres")


@dataclass
class Cast:
    """The actors by key, the tender once drafted, what was learnt, where papers go, how long bids are first taken."""

    world: World
    story: Story
    papers: Path
    actors: dict[str, Actor] = field(default_factory=dict)
    tender: str = ""
    ocid: str = ""
    seen: dict[str, Any] = field(default_factory=dict)
    period: timedelta = timedelta(seconds=20)

    def enter(self, key: str, title: str) -> Actor:
        """A new actor."""
        self.actors[key] = Actor(self.world, key, title)
        return self.actors[key]

    def __getitem__(self, key: str) -> Actor:
        return self.actors[key]

    def folder(self, name: str) -> Path:
        """A folder of an actor's own device."""
        path = self.world.folder / "devices" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def paper(self, name: str, text: str) -> Path:
        """Files a paper."""
        path = self.papers / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def leave(self) -> None:
        """Everybody hangs up."""
        for actor in self.actors.values():
            actor.api.close()

    def of_tender(self, rest: str = "") -> str:
        """The path of the tender, or of something of it."""
        return f"/v1/tenders/{self.tender}{rest}"
