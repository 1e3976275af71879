"""The `licita` command: groups of subcommands and what they have in common."""

from pathlib import Path

import click
from licita_formats.errors import FormatError

from licita_client.api import Refused, Unreachable
from licita_client.commands import account, audit, bid, committee, receipt, tender, vendor
from licita_client.context import UNREACHABLE, Licita
from licita_client.texts import LANGUAGES, default_language


class Group(click.Group):
    """A group that turns refusals into one sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs the subcommand; 1 refused, 2 wrong usage, 3 the installation does not answer."""
        try:
            return super().invoke(ctx)
        except Refused as error:
            licita: Licita = ctx.obj
            if licita.as_json:
                licita.show({"refused": error.problem})
            licita.fail("refused", code=error.code or error.status, detail=error)
        except Unreachable as error:
            ctx.obj.fail("unreachable", UNREACHABLE, url=error)
        except FormatError as error:
            ctx.obj.fail("cannot_seal", code=error.code, params=error.params)
        return None


@click.group(cls=Group)
@click.option(
    "--url",
    envvar="LICITA_URL",
    default="http://127.0.0.1:8080",
    show_default=True,
    help="The installation / la instalación.",
)
@click.option(
    "--home",
    envvar="LICITA_HOME",
    type=click.Path(path_type=Path),
    default=Path.home() / ".licita",
    help="Folder for sessions and keys / carpeta de sesiones y claves.",
)
@click.option("--profile", envvar="LICITA_PROFILE", default="default", help="Whom you act as / con qué perfil actúa.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=default_language, help="Language / idioma.")
@click.option("--json", "as_json", is_flag=True, help="Answers for programs / respuestas para programas.")
@click.version_option(package_name=None, version="0.1.0")
@click.pass_context
def main(ctx: click.Context, url: str, home: Path, profile: str, lang: str, as_json: bool) -> None:  # noqa: FBT001 - a switch of the command line
    """Licita: seal and send bids, open them as a committee member, verify the log.

    Licita: sellar y enviar ofertas, abrirlas como miembro del comité, verificar el registro.
    """
    ctx.obj = Licita(url, home, profile, lang, as_json)


for group in (account, vendor, tender, committee, bid, receipt, audit):
    group.register(main)
