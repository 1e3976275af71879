"""What every subcommand is given: the profile, the connection, the language, a way to speak and to fail."""

import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from licita_client.api import Api
from licita_client.home import Home
from licita_client.texts import say

REFUSED, USAGE, UNREACHABLE = 1, 2, 3


class Licita:
    """One run of the command."""

    def __init__(self, url: str, home: Path, profile: str, language: str, as_json: bool) -> None:  # noqa: FBT001 - a switch of the command line
        self.home = Home(home, profile)
        self.api = Api(url, self.home, language)
        self.language = language
        self.as_json = as_json
        self._console = Console(highlight=False, soft_wrap=True)

    def tell(self, sentence: str, result: Any = None, **params: object) -> None:
        """Says a sentence, or with `--json` prints the result."""
        if self.as_json:
            click.echo(json.dumps(result if result is not None else params, ensure_ascii=False, default=str))
        else:
            self._console.print(say(self.language, sentence, **params), markup=False)

    def show(self, result: Any) -> None:
        """Prints JSON."""
        click.echo(json.dumps(result, ensure_ascii=False, indent=None if self.as_json else 2, default=str))

    def fail(self, sentence: str, status: int = REFUSED, **params: object) -> NoReturn:
        """Says why not on standard error and ends."""
        click.echo(say(self.language, sentence, **params), err=True)
        sys.exit(status)


def secret(name: str, prompt: str) -> str:
    """A secret from the environment variable `name`, or typed without being shown."""
    return os.environ.get(name) or str(click.prompt(prompt, hide_input=True, err=True))


pass_licita = click.make_pass_decorator(Licita)
