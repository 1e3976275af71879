"""What an earlier run left: processes that outlived a killed supervisor, and folders of runs that are over."""

import json
import re
import shutil
import signal
from pathlib import Path

import psutil

from deploy.local.processes import ManagedProcess
from deploy.local.seaweed import remove_sockets

STATE = "stack.json"
OF_A_RUN = re.compile(r"-(\d+)$")  # `test-servers-4711` ends with the run that has this pid; `up` does not


def leftovers(folder: Path) -> list[ManagedProcess]:
    """Processes of the stack in this folder that run, by pid and start time, in the order of their start."""
    path = folder / STATE
    if not path.exists():
        return []
    told = json.loads(path.read_text("utf-8"))["processes"]
    known = [ManagedProcess(each["name"], each["pid"], each["create_time"], Path(each["log"])) for each in told]
    return [process for process in known if process.alive()]


def end_leftovers(folder: Path) -> None:
    """Ends them, services before servers, and forgets the run; harmless where there are none."""
    for process in leftovers(folder)[::-1]:
        process.stop(ask=signal.SIGINT if process.name == "postgres" else signal.SIGTERM)
    remove_sockets(folder)
    (folder / STATE).unlink(missing_ok=True)


def sweep(local: Path) -> None:
    """Removes the folders of runs that were killed before they could do it themselves."""
    for folder in local.glob("*-*"):
        run = OF_A_RUN.search(folder.name)
        if run and not psutil.pid_exists(int(run[1])):
            end_leftovers(folder)
            shutil.rmtree(folder, ignore_errors=True)
