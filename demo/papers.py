"""What a town could file at the end, in Spanish, and an index of it."""

import json
import shutil
from html import escape
from pathlib import Path
from typing import Any

from demo import case
from demo.scenario.cast import SUPPLIERS, Cast

Row = tuple[str, str, str]
PAGE = """<!doctype html>
<html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Expediente {ocid}</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}}
table{{border-collapse:collapse;width:100%}}
th,td{{text-align:left;vertical-align:top;padding:.5rem;border-bottom:1px solid #b1b4b6}}
a{{color:#0f4c8a}}</style></head><body>
<h1>Expediente de la licitación {ocid}</h1>
<p><strong>{title}</strong><br>{buyer}</p>
<p>Procedimiento de demostración escrito con los datos de un llamado real. Fuente: <a href="{source}">{source}</a></p>
<table><thead><tr><th scope="col">Documento</th><th scope="col">Qué es</th><th scope="col">Formato</th></tr></thead>
<tbody>{rows}</tbody></table>
</body></html>
"""


def file_papers(cast: Cast) -> Path:
    """Writes every paper into the folder of the case and returns the index."""
    rows = [
        *_open_data(cast),
        *_receipts(cast),
        *_openings(cast),
        *_decision(cast),
        ("auditoria/", "Registro de auditoría con su verificador: python3 licita_verify.py .", "C2SP tlog-tiles"),
        ("auditoria-repeticion.json", "Repetición de la licitación desde los eventos, con sus hallazgos", "JSON"),
    ]
    cast.paper("auditoria-repeticion.json", _pretty(cast.seen["replay"]))
    listed = "\n".join(_row(*row) for row in rows)
    page = PAGE.format(
        ocid=escape(cast.ocid), title=escape(case.TITLE), buyer=escape(case.BUYER), source=case.SOURCE, rows=listed
    )
    return cast.paper("index.html", page)


def _open_data(cast: Cast) -> list[Row]:
    record = cast["auditor"].api.get("tenders", f"/v1/ocds/records/{cast.ocid}")
    cast.paper("ocds/record-package.json", _pretty(record))
    return [("ocds/record-package.json", "Todas las publicaciones del proceso y su compilación", "OCDS 1.1.5")]


def _receipts(cast: Cast) -> list[Row]:
    rows: list[Row] = []
    words = {
        "receipt.txt": "Recibo firmado de la oferta",
        "withdrawal.txt": "Recibo firmado del retiro",
        "refusal.txt": "Rechazo firmado",
    }
    for key in (*SUPPLIERS, "inhabilitado"):
        for path in sorted((cast.world.folder / "devices" / key).glob("oferta-*/*.txt")):
            name = f"recibos/{key}-{path.parent.name}-{path.name}"
            (cast.papers / "recibos").mkdir(exist_ok=True)
            shutil.copyfile(path, cast.papers / name)
            rows.append((name, f"{words[path.name]} ({cast[key].title})", "Nota firmada (JSON canónico)"))
    return rows


def _openings(cast: Cast) -> list[Row]:
    rows: list[Row] = []
    for envelope, title in (("technical", "sobres técnicos"), ("financial", "sobres económicos")):
        path = cast.of_tender(f"/openings/{envelope}/acta")
        cast.paper(f"acta-{envelope}.txt", cast["auditor"].api.text("bids", path))
        cast.paper(f"acta-{envelope}.html", cast["auditor"].api.text("bids", f"{path}.html", lang="es"))
        rows += [
            (f"acta-{envelope}.html", f"Acta de apertura de los {title}", "HTML"),
            (f"acta-{envelope}.txt", f"Acta de apertura de los {title}, firmada", "Nota firmada (JSON canónico)"),
        ]
    return rows


def _decision(cast: Cast) -> list[Row]:
    """The evaluation report, each bidder's letter, the contracts: the page for people and the signed text."""
    auditor = cast["auditor"].api
    papers = [
        (
            "informe-de-evaluacion",
            "Informe de evaluación",
            auditor.get("tenders", cast.of_tender("/evaluation/report")),
        ),
        *(
            (f"carta-{_key(cast, letter['bidder'])}", f"Carta al oferente {_key(cast, letter['bidder'])}", letter)
            for letter in auditor.get("tenders", cast.of_tender("/letters"))["items"]
        ),
        *(
            (f"contrato-{contract['number'].lower()}", f"Contrato {contract['number']}", contract)
            for contract in auditor.get("tenders", cast.of_tender("/contracts"))["items"]
        ),
    ]
    rows: list[Row] = []
    for name, title, paper in papers:
        cast.paper(f"{name}.html", paper["html"]["es"])
        cast.paper(f"{name}.txt", paper["statement"])
        rows += [(f"{name}.html", title, "HTML"), (f"{name}.txt", f"{title}, firmado", "Nota firmada (JSON canónico)")]
    return rows


def _key(cast: Cast, organisation: str) -> str:
    return next(key for key in SUPPLIERS if cast[key].organisation == organisation)


def _row(name: str, title: str, form: str) -> str:
    return (
        f'<tr><td><a href="{escape(name)}">{escape(name)}</a></td><td>{escape(title)}</td><td>{escape(form)}</td></tr>'
    )


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
