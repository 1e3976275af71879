"""How the story is told on the terminal: chapters, lines as things happen, and how long it all took."""

import time
from collections.abc import Callable
from typing import TypeVar

from rich.console import Console
from rich.rule import Rule

T = TypeVar("T")
PATIENCE_SECONDS = 30
POLL_SECONDS = 0.1


class StoryStalled(Exception):
    """Something that must happen did not happen in time."""


class Story:
    """Tells what happens."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._started = time.monotonic()

    def chapter(self, number: int, title: str) -> None:
        """Begins a chapter."""
        self._console.print(Rule(f"[bold]{number}. {title}[/bold]", align="left"))

    def done(self, what: str) -> None:
        """Something was done."""
        self._console.print(f"  [green]✓[/green] {what}")

    def refused(self, what: str, why: str) -> None:
        """Something was refused, as it should be."""
        self._console.print(f"  [red]✗[/red] {what} [dim]→ {why}[/dim]")

    def note(self, what: str) -> None:
        """Something to know."""
        self._console.print(f"    [dim]{what}[/dim]")

    def end(self, where: str) -> None:
        """Closes the story."""
        seconds = time.monotonic() - self._started
        self._console.print(Rule(f"[bold]{where}[/bold] [dim]({seconds:.0f} s)[/dim]", align="left"))


def wait_for(what: str, look: Callable[[], T | None], patience: float = PATIENCE_SECONDS) -> T:
    """Looks until there is something; events between services take some milliseconds.

    Raises:
        StoryStalled: nothing within `patience` seconds.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(POLL_SECONDS)
    raise StoryStalled(what)
