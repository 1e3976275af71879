"""Three suppliers register, upload evidence and are verified; a fourth is debarred; one tries to register twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from licita_client.sealing import write_json

from backbone.clock import rfc3339
from demo import case
from demo.actors import Actor
from demo.scenario.cast import SUPPLIERS, Cast

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def play(cast: Cast) -> None:
    """The register."""
    cast.story.chapter(1, "El registro de proveedores")
    for number, key in enumerate((*SUPPLIERS, "inhabilitado"), start=1):
        _register(cast, key, number)
    twin = cast.enter("twin", "Segunda cuenta del proveedor uno")
    twin.sign_up()
    twin.api.call("identity", "POST", "/v1/organisations", {"name": "Proveedor Uno, otra vez", "kind": "supplier"})
    twin.api.renew()
    refusal = twin.refused("vendors", "POST", "/v1/vendors", case.supplier("uno", 1))
    cast.story.refused("El proveedor uno intenta registrarse por segunda vez", str(refusal))
    _debar(cast, cast["inhabilitado"])


def _register(cast: Cast, key: str, number: int) -> None:
    supplier = cast.enter(key, f"Proveedor {key}")
    supplier.sign_up()
    device = cast.folder(key)
    write_json(device / "ficha.json", case.supplier(key, number))
    supplier.licita("vendor", "register", device / "ficha.json")
    evidence = _certificate(device)
    until = rfc3339(datetime.now(UTC) + timedelta(days=365))
    supplier.licita(
        "vendor", "evidence", evidence, "--kind", "tax_clearance", "--title", "Certificado de cumplimiento tributario",
        "--valid-until", until,
    )  # fmt: skip
    path = f"/v1/vendors/{supplier.organisation}/verification"
    cast["registrar"].api.call("vendors", "POST", path, {"decision": "verified"})
    cast.story.done(f"{supplier.title}: registrado, constancia subida, verificado")


def _certificate(device: Path) -> Path:
    path = device / "cumplimiento-tributario.pdf"
    path.write_bytes(PDF)
    return path


def _debar(cast: Cast, supplier: Actor) -> None:
    now = datetime.now(UTC)
    body = {
        "grounds": "Incumplimiento de contrato declarado por resolución firme.",
        "authority": "Órgano de control",
        "legalBasis": "Caso de demostración; cítese aquí el artículo aplicable.",
        "startsAt": rfc3339(now),
        "endsAt": rfc3339(now + timedelta(days=365)),
    }
    cast["registrar"].api.call("vendors", "POST", f"/v1/vendors/{supplier.organisation}/debarments", body)
    cast.story.done("El cuarto proveedor queda inhabilitado por un año, con fundamento y plazo públicos")
