"""Accounts: sign up, activate an invitation, sign in and out, second factor."""

import click

from licita_client.context import Licita, pass_licita, secret

PASSWORD, TOTP = "LICITA_PASSWORD", "LICITA_TOTP"


@click.command("signup")
@click.option("--email", required=True)
@click.option("--name", required=True)
@pass_licita
def signup(licita: Licita, email: str, name: str) -> None:
    """Make an account / crear una cuenta."""
    body = {"email": email, "name": name, "password": secret(PASSWORD, "Password"), "language": licita.language}
    answer = licita.api.call("identity", "POST", "/v1/people", body)
    licita.tell("account_made", answer)


@click.command("activate")
@click.argument("code")
@pass_licita
def activate(licita: Licita, code: str) -> None:
    """Accept an invitation with its code / aceptar una invitación con su código."""
    body = {"code": code, "password": secret(PASSWORD, "Password")}
    answer = licita.api.call("identity", "POST", "/v1/activations", body)
    licita.tell("account_made", answer)


@click.command("login")
@click.option("--email", required=True)
@click.option(
    "--totp", envvar=TOTP, default="", help="Six digits of the second factor / seis dígitos del segundo factor."
)
@click.option(
    "--organisation", default="", help="Act for this one of your organisations / actuar por esta organización."
)
@pass_licita
def login(licita: Licita, email: str, totp: str, organisation: str) -> None:
    """Sign in / iniciar sesión."""
    session = licita.api.sign_in(email, secret(PASSWORD, "Password"), totp, organisation)
    told = {name: session.get(name) for name in ("person", "organisation", "roles")}
    licita.tell(
        "signed_in", told, organisation=session["organisation"] or "-", roles=", ".join(session["roles"]) or "-"
    )


@click.command("logout")
@pass_licita
def logout(licita: Licita) -> None:
    """Sign out / cerrar la sesión."""
    licita.api.sign_out()
    licita.tell("signed_out")


@click.group("totp")
def totp_group() -> None:
    """Second factor / segundo factor."""


@totp_group.command("enrol")
@pass_licita
def enrol(licita: Licita) -> None:
    """Begin / comenzar."""
    answer = licita.api.call("identity", "POST", "/v1/people/me/totp")
    licita.tell("totp_secret", answer, secret=answer["secret"])


@totp_group.command("confirm")
@click.argument("totp")
@pass_licita
def confirm(licita: Licita, totp: str) -> None:
    """Finish with a code / terminar con un código."""
    answer = licita.api.call("identity", "POST", "/v1/people/me/totp/confirmation", {"totp": totp})
    licita.tell("totp_confirmed", answer)


@click.command("whoami")
@pass_licita
def whoami(licita: Licita) -> None:
    """Who you are here / quién es usted aquí."""
    licita.show(licita.api.get("identity", "/v1/people/me"))


def register(main: click.Group) -> None:
    """Adds these subcommands."""
    for command in (signup, activate, login, logout, totp_group, whoami):
        main.add_command(command)
