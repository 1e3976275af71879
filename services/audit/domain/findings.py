"""What replay finds: which rule, which event, which evidence, in words for people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.audit.domain.case import Case, Told


@dataclass(frozen=True)
class Finding:
    """A broken rule. `evidence` are short facts from the events."""

    rule: str
    event: Told
    evidence: str


Rule = Callable[[Case], Iterator[Finding]]
RULES: dict[str, Rule] = {}

# What each rule says, in Spanish and English.
SENTENCES = {
    "author_is_not_approver": (
        "Quien redactó la licitación no puede aprobarla.",
        "Whoever drafted the tender may not approve it.",
    ),
    "published_as_approved": (
        "Lo publicado debe ser exactamente lo aprobado.",
        "What was published must be exactly what was approved.",
    ),
    "committee_keys_proven": (
        "Antes de publicar, cada miembro del comité debe haber abierto su sobre de prueba.",
        "Before publication every committee member must have opened the canary envelope.",
    ),
    "deadline_never_earlier": (
        "El cierre sólo puede moverse hacia adelante, antes de vencer y con la aprobación de otra persona.",
        "The deadline may only move later, before it passes, with another person's approval.",
    ),
    "record_matches_commitment": (
        "Cada registro revelado debe corresponder a un compromiso anterior del registro de auditoría.",
        "Every revealed record must match an earlier commitment in the log.",
    ),
    "bid_before_deadline": (
        "Ninguna oferta puede haberse recibido en el instante del cierre o después.",
        "No bid may have been received at or after the deadline.",
    ),
    "opened_bid_was_recorded": (
        "Toda oferta abierta debe tener un registro previo y no haber sido retirada ni reemplazada.",
        "Every opened bid must have been recorded before, and not withdrawn or replaced.",
    ),
    "opening_by_quorum": (
        "La apertura requiere el quórum de miembros distintos del comité.",
        "The opening needs a quorum of distinct committee members.",
    ),
    "opening_after_its_time": (
        "Ninguna parte de clave puede entregarse antes de la hora de apertura.",
        "No key share may be handed in before the opening time.",
    ),
    "financial_after_technical": (
        "El sobre económico sólo se abre si la oferta superó la evaluación técnica ya cerrada.",
        "A financial envelope opens only if the bid passed the technical evaluation, once that is final.",
    ),
    "only_opened_bids_ranked": (
        "Sólo se califican ofertas que constan en el acta de apertura.",
        "Only bids in the opening record may be ranked.",
    ),
    "evaluator_declared": (
        "Cada evaluador declara que no tiene conflicto de intereses antes de firmar sus puntajes.",
        "Every evaluator declares to have no conflict of interest before signing scores.",
    ),
    "evaluator_does_not_award": ("Quien evaluó no puede adjudicar.", "Whoever evaluated may not award."),
    "award_after_report": (
        "Se adjudica después del informe de evaluación y sólo a ofertas que éste clasificó.",
        "An award comes after the evaluation report and only to bids that it ranked.",
    ),
    "contract_after_standstill": (
        "El contrato se firma después del plazo de espera.",
        "A contract is signed after the standstill period.",
    ),
    "no_contract_over_complaint": (
        "No se firma un contrato con una protesta abierta.",
        "No contract is signed while a complaint is open.",
    ),
    "debarred_never_awarded": (
        "No se adjudica ni se contrata a un proveedor inhabilitado.",
        "A debarred supplier is neither awarded nor contracted.",
    ),
}


def rule(function: Rule) -> Rule:
    """Registers a rule under its function's name."""
    RULES[function.__name__] = function
    return function


def check(case: Case) -> list[Finding]:
    """Every broken rule, in the order of the events."""
    found = [finding for each in RULES.values() for finding in each(case)]
    return sorted(found, key=lambda finding: (finding.event.time, finding.event.index, finding.rule))
