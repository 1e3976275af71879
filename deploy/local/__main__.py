"""`python -m deploy.local up|down|status|logs|run -- COMMAND`."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import click
from rich.console import Console

from deploy.local.leftovers import end_leftovers, leftovers
from deploy.local.processes import StackError, spawn, tail, wait_until
from deploy.local.stack import LOCAL, Stack
from deploy.local.status import read_state, show

console = Console(highlight=False, soft_wrap=True)
UP = LOCAL / "up"
UP_SECONDS = 180
BUS = click.option("--bus", type=click.Choice(["postgres", "kafka"]), envvar="BUS", default="postgres")


@click.group()
def main() -> None:
    """The local stack."""


@main.command()
@BUS
def up(bus: str) -> None:
    """Start everything and leave it running."""
    if leftovers(UP):
        _down(UP)
    UP.mkdir(parents=True, exist_ok=True)
    process = spawn(
        [sys.executable, "-m", "deploy.local", "supervise", str(UP), "--bus", bus],
        name="supervisor", log_path=UP / "logs" / "supervisor.log", death_signal=signal.Signals(signal.SIGCONT),
    )  # fmt: skip
    (UP / "healthy").unlink(missing_ok=True)
    try:
        wait_until((UP / "healthy").exists, name="the stack", timeout=UP_SECONDS, process=process)
    except StackError as error:
        sys.exit(str(error))
    show(UP, console)


@main.command(hidden=True)
@click.argument("folder", type=click.Path(path_type=Path))
@BUS
def supervise(folder: Path, bus: str) -> None:
    """Hold a stack until told to end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    stack = Stack(folder, bus)
    try:
        stack.start()
        (folder / "healthy").touch()
        while not stop.wait(1):
            pass
    except StackError as error:
        sys.exit(str(error))
    finally:
        stack.stop()
        (folder / "healthy").unlink(missing_ok=True)


@main.command()
@click.option("--wipe", is_flag=True, help="Also forget its data.")
def down(wipe: bool) -> None:  # noqa: FBT001 - a switch of the command line
    """Stop what `up` started."""
    _down(UP)
    if wipe:
        shutil.rmtree(UP, ignore_errors=True)


@main.command()
def status() -> None:
    """What runs; exit status 1 unless everything does."""
    sys.exit(0 if show(UP, console) else 1)


@main.command()
@click.argument("service", required=False)
@click.option("--lines", default=40)
def logs(service: str | None, lines: int) -> None:
    """The last lines of each process, or of one."""
    state = read_state(UP)
    for each in state["processes"] if state else ():
        if service in {None, each["name"]}:
            console.rule(each["name"])
            console.print(tail(Path(each["log"]), lines), markup=False)


@main.command(context_settings={"ignore_unknown_options": True})
@BUS
@click.argument("command", nargs=-1, required=True)
def run(bus: str, command: tuple[str, ...]) -> None:
    """Run COMMAND beside a stack of its own, which ends with it. LICITA_URL names the stack."""
    folder = LOCAL / f"run-{os.getpid()}"
    stack = Stack(folder, bus)
    try:
        stack.start()
        done = subprocess.run(command, check=False, env={**os.environ, "LICITA_URL": stack.url})
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(done.returncode)


def _down(folder: Path) -> None:
    """Asks the supervisor first; ends by hand what a killed one left."""
    state = read_state(folder)
    if state is not None:
        _ask(state["supervisor"], folder)
    end_leftovers(folder)


def _ask(pid: int, folder: Path) -> None:
    """Tells a supervisor to end, if that process really is one of this folder."""
    import psutil  # noqa: PLC0415 - only here

    try:
        process = psutil.Process(pid)
        if str(folder) in process.cmdline():
            process.terminate()
            process.wait(60)
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    main()
