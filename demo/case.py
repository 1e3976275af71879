"""The facts of the procurement that the demonstration carries out.

Title, buyer, items, quantities, unit prices, classification and estimated value are those of procedure 274231 of the
Dirección Nacional de Contrataciones Públicas of Paraguay (record package of 2017-08-08, CC BY 4.0). The publisher's
data lists all four items under the first of two lots; here the two dearer ones form lot 1, the two others lot 2. The
real procedure was a reverse auction; criteria, envelopes and periods are the demonstration's own. Suppliers here are
invented and called by what they do in the story.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from backbone.clock import rfc3339

SOURCE = "https://www.contrataciones.gov.py/datos/record-package/274231.json"
BUYER = "Compañía Paraguaya de Comunicaciones (COPACO)"
TITLE = "Adquisición de equipos de comunicación y terminales ópticos de transmisión"
CURRENCY = "PYG"
UNSPSC = {"scheme": "UNSPSC", "id": "43221806"}
ZONE = "America/Asuncion"
QUANTITY = "20"
# Unit prices of the publisher's own estimate, in guaraníes.
ESTIMATES = {"item-1": 3_866_947, "item-2": 3_866_947, "item-3": 671_272, "item-4": 671_269}
LOTS = {"lote-1": ("item-1", "item-2"), "lote-2": ("item-3", "item-4")}
LOT_VALUES = {"lote-1": "494000000", "lote-2": "106000000"}
VALUE = "600000000"
PASSING_SCORE = "60"

DESCRIPTION = (
    "Provisión de módems con interfaces para la red de transmisión de COPACO, en dos lotes. Los equipos serán nuevos, "
    "con garantía escrita de doce meses y asistencia técnica en el país. Cada oferente puede presentarse a uno o a "
    "ambos lotes. La oferta se entrega en dos sobres sellados: el técnico y el económico."
)
QUESTION = "¿Se aceptan módems con fuente de alimentación externa si cumplen las demás especificaciones?"
ANSWER = "Sí. La fuente puede ser externa siempre que sea del mismo fabricante y esté incluida en el precio ofertado."
CORRIGENDUM = (
    "Se amplía el plazo para presentar ofertas a fin de que los interesados consideren la respuesta publicada."
)
COMPLAINT = "La puntuación técnica asignada a nuestra oferta en el lote 2 no considera la asistencia técnica ofrecida."
DECISION = (
    "Se rechaza la protesta. El informe de evaluación consigna y motiva el puntaje de la asistencia técnica con los "
    "mismos criterios publicados para todos los oferentes; la protesta no señala un error en su aplicación."
)

# What each supplier asks as a share of the estimate, in percent, by lot.
PRICES = {
    "uno": {"lote-1": 94, "lote-2": 97},
    "dos": {"lote-1": 91, "lote-2": 99},
    "tres": {"lote-1": 90, "lote-2": 88},
}
DEARER_FIRST_TRY = 96
# Technical scores of 100 by supplier and criterion; supplier three does not reach the passing score.
SCORES = {
    "uno": {"cumplimiento": "90", "garantia": "80"},
    "dos": {"cumplimiento": "85", "garantia": "90"},
    "tres": {"cumplimiento": "45", "garantia": "40"},
}
REASONS = {
    "cumplimiento": "Se contrastó la ficha técnica con cada especificación del pliego.",
    "garantia": "Se consideró la duración de la garantía y la asistencia técnica documentada.",
}


def notice(ends_at: datetime) -> dict[str, Any]:
    """The draft as an officer types it in."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "language": "es",
        "mainProcurementCategory": "goods",
        "procedure": "open-two-envelopes",
        "value": {"amount": VALUE, "currency": CURRENCY},
        "lots": [lot(number, name) for number, name in enumerate(LOTS, start=1)],
        "criteria": criteria(),
        "tenderPeriod": {"endDate": rfc3339(ends_at)},
        "enquiryPeriod": {"endDate": rfc3339(ends_at - timedelta(seconds=2))},
        "timeZone": ZONE,
        "requiredDocuments": [
            {"envelope": "technical", "documentType": "technicalSpecifications", "title": "Ficha técnica"},
        ],
    }


def lot(number: int, name: str) -> dict[str, Any]:
    """A lot with its items."""
    return {
        "id": name,
        "title": f"Lote {number}",
        "value": {"amount": LOT_VALUES[name], "currency": CURRENCY},
        "items": [
            {
                "id": item,
                "description": "Módems con interfaces",
                "classification": UNSPSC,
                "quantity": QUANTITY,
                "unit": "Unidad",
            }
            for item in LOTS[name]
        ],
    }


def criteria() -> list[dict[str, str]]:
    """Award criteria with weights that sum to 100."""
    technical = [
        ("cumplimiento", "Cumplimiento de las especificaciones", "25"),
        ("garantia", "Garantía y asistencia", "15"),
    ]
    rows = [
        {"id": name, "title": title, "envelope": "technical", "weight": weight, "maxScore": "100", "minimumScore": "50"}
        for name, title, weight in technical
    ]
    return [*rows, {"id": "precio", "title": "Precio", "envelope": "financial", "weight": "60", "maxScore": "100"}]


def offer(lot_name: str, percent: int) -> dict[str, Any]:
    """A price schedule: unit prices at `percent` of the estimate, whole guaraníes, and their exact total."""
    unit_prices = {item: Decimal(ESTIMATES[item] * percent // 100) for item in LOTS[lot_name]}
    total = sum((price * int(QUANTITY) for price in unit_prices.values()), Decimal(0))
    return {
        "items": [
            {"id": item, "quantity": QUANTITY, "unitValue": {"amount": str(price), "currency": CURRENCY}}
            for item, price in unit_prices.items()
        ],
        "value": {"amount": str(total), "currency": CURRENCY},
    }


def supplier(key: str, number: int) -> dict[str, Any]:
    """A register entry. The identifiers are free numbers of the register's form."""
    return {
        "legalName": f"Proveedor {key.capitalize()} S.A. (demostración)",
        "identifier": {"scheme": "PY-RUC", "id": f"8099{number:04d}-{number % 10}"},
        "address": {
            "streetAddress": f"Avenida de la Demostración {100 * number}",
            "locality": "Asunción",
            "region": "Asunción",
            "postalCode": "1209",
            "countryName": "Paraguay",
            "country": "PY",
        },
        "contactPoint": {
            "name": "Encargada de licitaciones",
            "email": f"licitaciones@proveedor-{key}.example",
            "telephone": f"+595 21 {number:03d} 000",
        },
        "categories": [UNSPSC],
    }
