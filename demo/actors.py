"""The people of the story: each has an account, a second factor where staff needs one, and the `licita` command."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
from licita_client.api import Api, Refused
from licita_client.home import Home

PASSWORD = "una frase larga para la demostración 2026"  # noqa: S105 - accounts of a throw-away stack
PASSPHRASE = "frase de la clave de apertura"  # noqa: S105 - as above
STEP_SECONDS = 30


class CommandRefused(Exception):
    """A `licita` command ended with a refusal; `problem` is the problem document where there was one."""

    def __init__(self, status: int, problem: dict[str, Any], text: str) -> None:
        super().__init__(text)
        self.status = status
        self.problem = problem
        self.code = str(problem.get("code", ""))


@dataclass
class World:
    """The installation that the story is played on. `admin` are the bootstrap administrator's credentials."""

    url: str
    folder: Path
    admin_email: str
    admin_password: str
    admin_totp: str


@dataclass
class Actor:
    """Somebody with a role. `title` is what the story calls them; nobody has a person's name."""

    world: World
    key: str
    title: str
    email: str = ""
    password: str = PASSWORD
    totp_secret: str = ""
    _last_step: int = field(default=0)

    def __post_init__(self) -> None:
        """Gives the actor a profile of its own."""
        self.email = self.email or f"{self.key}@licita.example"
        self.api = Api(self.world.url, Home(self.world.folder / "profiles", self.key), "es")

    @property
    def person(self) -> str:
        """The person's id, once signed in."""
        return str(self.api.session["person"])

    @property
    def organisation(self) -> str:
        """The organisation that the session acts for."""
        return str(self.api.session["organisation"])

    def code(self) -> str:
        """A second-factor code that was not used before: each step of 30 s counts once, so begin one step back."""
        step = max(self._last_step + 1, int(time.time()) // STEP_SECONDS - 1)
        self._last_step = step
        return pyotp.TOTP(self.totp_secret).at(step * STEP_SECONDS)

    def sign_in(self) -> None:
        """Opens a session, with the second factor where there is one."""
        self.api.sign_in(self.email, self.password, self.code() if self.totp_secret else "")

    def sign_up(self) -> None:
        """A supplier's own account."""
        body = {"email": self.email, "name": self.title, "password": self.password, "language": "es"}
        self.api.call("identity", "POST", "/v1/people", body)
        self.sign_in()

    def accept(self, activation: str) -> None:
        """A member of staff accepts an invitation, enrols a second factor and signs in with it."""
        self.api.call("identity", "POST", "/v1/activations", {"code": activation, "password": self.password})
        self.sign_in()
        self.totp_secret = self.api.call("identity", "POST", "/v1/people/me/totp")["secret"]
        self.api.call("identity", "POST", "/v1/people/me/totp/confirmation", {"totp": self.code()})
        self.sign_in()

    def licita(self, *arguments: str | Path) -> Any:
        """Runs the `licita` command as this actor; returns what it prints as JSON.

        Raises:
            CommandRefused: it ended with another status than 0.
        """
        done = subprocess.run(
            [sys.executable, "-m", "licita_client", "--json", *map(str, arguments)],
            env={**os.environ, **self._environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandRefused(done.returncode, _problem(done.stdout), done.stderr.strip())
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, service: str, method: str, path: str, body: Any = None) -> Refused:
        """Tries what must be refused; returns the refusal.

        Raises:
            AssertionError: it was not refused.
        """
        try:
            self.api.call(service, method, path, body) if method != "GET" else self.api.get(service, path)
        except Refused as refusal:
            return refusal
        raise AssertionError(f"{self.title}: {method} {path} was not refused")

    def _environment(self) -> dict[str, str]:
        return {
            "LICITA_URL": self.world.url,
            "LICITA_HOME": str(self.world.folder / "profiles"),
            "LICITA_PROFILE": self.key,
            "LICITA_LANG": "es",
            "LICITA_PASSWORD": self.password,
            "LICITA_PASSPHRASE": PASSPHRASE,
        }


def _problem(printed: str) -> dict[str, Any]:
    lines = [line for line in printed.splitlines() if line.startswith("{")]
    found = json.loads(lines[-1]) if lines else {}
    problem: dict[str, Any] = found.get("refused", {})
    return problem
