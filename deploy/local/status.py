"""What runs, how long it took to become healthy, and how much memory it all holds."""

import json
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from deploy.local.leftovers import STATE, leftovers

MEBIBYTE = 1 << 20


def read_state(folder: Path) -> dict[str, Any] | None:
    """The state that a running stack wrote, None where there is none."""
    path = folder / STATE
    state: dict[str, Any] | None = json.loads(path.read_text("utf-8")) if path.exists() else None
    return state


def resident(pid: int) -> int:
    """Memory of a process and its children in bytes: shared pages are counted once (PSS), where the system says."""
    try:
        parent = psutil.Process(pid)
        return sum(_memory(each) for each in [parent, *parent.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def _memory(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        return int(process.memory_info().rss) if process.is_running() else 0
    return int(getattr(full, "pss", 0) or full.rss)


def show(folder: Path, console: Console) -> bool:
    """Prints one screen; returns whether everything runs."""
    state = read_state(folder)
    if state is None:
        console.print("Nothing runs here. Start it with: make up")
        return False
    alive = {process.name for process in leftovers(folder)}
    table = Table("process", "state", "pid", "MiB", "address")
    total = 0
    for each in state["processes"]:
        memory = resident(each["pid"]) if each["name"] in alive else 0
        total += memory
        word = "[green]runs[/green]" if each["name"] in alive else "[red]ended[/red]"
        url = state["urls"].get(each["name"], "")
        table.add_row(each["name"], word, str(each["pid"]), f"{memory / MEBIBYTE:.0f}", url)
    console.print(table)
    console.print(
        f"bus: {state['bus']}   healthy after {state['healthySeconds']} s   {total / MEBIBYTE:.0f} MiB in all"
    )
    return len(alive) == len(state["processes"])
