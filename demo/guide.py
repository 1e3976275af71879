"""After `make up`: accounts of every role, one published tender, and what to try next. Made once, shown each time."""

import json
from datetime import timedelta
from typing import Any

import pyotp
from rich.console import Console
from rich.table import Table

from demo.actors import World
from demo.scenario import chapter0_house, chapter1_suppliers, chapter2_preparation
from demo.scenario.cast import Cast
from demo.story import Story
from deploy.local.secrets import write_private
from deploy.local.stack import LOCAL, Stack

UP = LOCAL / "up"
GUIDE = UP / "guide.json"
OPEN_FOR = timedelta(days=2)
NEXT_STEPS = """\
  A citizen's page          {url}/es/tenders  ({url}/en/tenders)
  Each service's API        {tenders}/docs  and the same for the others
  Bid as supplier "uno"     export LICITA_URL={url} LICITA_HOME={home} LICITA_PROFILE=uno LICITA_PASSWORD='{password}'
                            .venv/bin/licita login --email uno@licita.example
                            .venv/bin/licita bid seal {tender} /tmp/oferta --lot lote-1 --offer {offer} \\
                                --document technical technicalSpecifications {sheet} --incomplete
                            .venv/bin/licita bid submit /tmp/oferta
  Read the log              .venv/bin/licita audit export /tmp/log && python3 /tmp/log/licita_verify.py /tmp/log
  Stop                      make down"""


def main() -> None:
    """Seeds what is missing and prints the guide."""
    stack = Stack(UP)
    state: dict[str, Any] = json.loads((UP / "stack.json").read_text("utf-8"))
    if not GUIDE.exists():
        _seed(stack, state["urls"]["portal"])
    _show(json.loads(GUIDE.read_text("utf-8")), state["urls"])


def _seed(stack: Stack, url: str) -> None:
    admin, console = stack.admin, Console(highlight=False, soft_wrap=True)
    world = World(url, UP / "story", admin.email, admin.password, admin.totp)
    cast = Cast(world, Story(console), UP / "papers", period=OPEN_FOR)
    for chapter in (chapter0_house, chapter1_suppliers, chapter2_preparation):
        chapter.play(cast)
    accounts = [
        {"title": actor.title, "email": actor.email, "password": actor.password, "totp": actor.totp_secret}
        for actor in cast.actors.values()
    ]
    files = _files(cast)
    write_private(GUIDE, json.dumps({"tender": cast.tender, "accounts": accounts, **files}, ensure_ascii=False))


def _files(cast: Cast) -> dict[str, str]:
    """A price schedule and a technical sheet to try a bid with."""
    from licita_client.sealing import write_json  # noqa: PLC0415

    from demo import case  # noqa: PLC0415 - used here alone

    device = cast.folder("uno")
    write_json(device / "precio.json", case.offer("lote-1", 93))
    (device / "ficha-tecnica.pdf").write_bytes(chapter1_suppliers.PDF)
    return {"offer": str(device / "precio.json"), "sheet": str(device / "ficha-tecnica.pdf")}


def _show(guide: dict[str, Any], urls: dict[str, str]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    table = Table("who", "e-mail", "code of the second factor now")
    for account in guide["accounts"]:
        code = pyotp.TOTP(account["totp"]).now() if account["totp"] else ""
        table.add_row(account["title"], account["email"], code)
    console.print(table)
    console.print(f"Password of all but the administrator: {guide['accounts'][-1]['password']}")
    console.print(f"The administrator's password and all TOTP secrets: {GUIDE}")
    home = UP / "story" / "profiles"
    steps = NEXT_STEPS.format(
        url=urls["portal"], tenders=urls["tenders"], home=home, password=guide["accounts"][-1]["password"],
        tender=guide["tender"], offer=guide["offer"], sheet=guide["sheet"],
    )  # fmt: skip
    console.print(steps, markup=False)


if __name__ == "__main__":
    main()
