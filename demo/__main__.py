"""`python -m demo`: starts a stack of its own, plays the scenario, files the papers, stops the stack."""

import os
import shutil
import sys
from pathlib import Path

import click
from rich.console import Console

from demo.actors import World
from demo.play import play
from demo.story import Story
from deploy.local.environment import CHECKOUT
from deploy.local.processes import StackError
from deploy.local.stack import LOCAL, Stack

PAPERS = CHECKOUT / "build" / "demo"


@click.command()
@click.option("--bus", type=click.Choice(["postgres", "kafka"]), envvar="BUS", default="postgres")
@click.option("--papers", type=click.Path(path_type=Path), default=PAPERS)
def main(bus: str, papers: Path) -> None:
    """Carry one procurement from draft to contract."""
    console = Console(highlight=False, soft_wrap=True)
    folder = LOCAL / f"demo-{os.getpid()}"
    stack = Stack(folder, bus)
    try:
        console.print("[dim]Starting PostgreSQL, S3, the bus and six services …[/dim]")
        stack.start()
        console.print(f"[dim]Healthy after {stack.healthy_seconds:.1f} s[/dim]")
        admin = stack.admin
        world = World(stack.url, folder / "story", admin.email, admin.password, admin.totp)
        play(world, papers, Story(console)).leave()
    except StackError as error:
        sys.exit(str(error))
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
