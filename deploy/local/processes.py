"""Child processes of the stack: started, watched and stopped by their own id, never by name.

A process is known by its pid *and* its start time, so that a pid which the system gave to somebody else
after a crash is never signalled. On Linux a child is told to die with its parent, so that even a
`kill -9` of the supervisor leaves nothing running.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

# The kernel sends the parent-death signal when the *thread* that started the child ends. Every child is
# therefore started by this one thread, which lives as long as the interpreter does.
_SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class StackError(Exception):
    """The stack cannot do what was asked; the message says what to do about it."""


@dataclass(frozen=True)
class ManagedProcess:
    """A process this stack started, now or in an earlier run: `create_time` is seconds since the epoch."""

    name: str
    pid: int
    create_time: float
    log_path: Path
    _popen: subprocess.Popen[bytes] | None = field(default=None, repr=False, compare=False)

    def alive(self) -> bool:
        """Whether this very process still runs; a zombie, or another process with its pid, does not count."""
        return self._find() is not None

    def wait(self, timeout: float) -> int:
        """Wait for the end and return the exit code; only for a process of this run, else StackError."""
        if self._popen is None:
            raise StackError(f"{self.name} was started by another run, its exit code is not known")
        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.stop(0)
            raise StackError(f"{self.name} did not end within {timeout:.0f} s; see {self.log_path}") from None

    def stop(self, timeout: float = 10.0, ask: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, after `timeout` seconds make it, with what it left in its group. Twice is harmless."""
        if (found := self._find()) is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                found.send_signal(ask)
                self._await_end(found, timeout)
        if self._popen is not None:
            self._popen.wait()

    def _await_end(self, found: psutil.Process, timeout: float) -> None:
        try:
            self._reap(found, timeout)
        except (psutil.TimeoutExpired, subprocess.TimeoutExpired):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)  # spawn() made it the leader of its own group
            self._reap(found, 5)

    def _reap(self, found: psutil.Process, timeout: float) -> None:
        if self._popen is not None:
            self._popen.wait(timeout)
        else:
            found.wait(timeout)

    def _find(self) -> psutil.Process | None:
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.create_time) < 1
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def spawn(
    argv: Sequence[str | Path],
    *,
    name: str,
    log_path: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> ManagedProcess:
    """Start `argv` in a session of its own, output appended to `log_path`; returns at once.

    `env` is the whole environment (None: ours). `death_signal` is what the kernel sends it when we die (Linux).
    """
    return _SPAWNER.submit(_spawn, argv, name, log_path, cwd, env, death_signal).result()


def _spawn(
    argv: Sequence[str | Path],
    name: str,
    log_path: Path,
    cwd: Path | None,
    env: Mapping[str, str] | None,
    death_signal: signal.Signals,
) -> ManagedProcess:
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log:
        popen = subprocess.Popen(
            [str(word) for word in argv],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent(os.getpid(), death_signal),  # noqa: PLW1509 - calls prctl alone, takes no lock
        )
    return ManagedProcess(name, popen.pid, _create_time(popen.pid), log_path, popen)


def _create_time(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0  # it ended already; no process will ever match this


def _die_with_parent(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def arm() -> None:
        prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # the parent died between fork and here
            os._exit(1)

    return arm


def wait_until(ready: Callable[[], bool], *, name: str, timeout: float, process: ManagedProcess | None = None) -> None:
    """Poll `ready` until true. StackError after `timeout` seconds, or at once when `process` ended meanwhile."""
    end = time.monotonic() + timeout
    while not ready():
        if process is not None and not process.alive():
            raise StackError(f"{name} ended while starting:\n{tail(process.log_path)}")
        if time.monotonic() > end:
            seen = f":\n{tail(process.log_path)}" if process is not None else ""
            raise StackError(f"{name} was not ready within {timeout:.0f} s{seen}")
        time.sleep(0.05)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, indented, for an error message."""
    if not path.exists():
        return "  (no output)"
    text = path.read_text("utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(f"  {line}" for line in text) or "  (no output)"
