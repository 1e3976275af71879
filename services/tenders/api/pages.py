"""Papers as HTML answers."""

from typing import Any

from flask import Response
from licita_formats import canonical

from backbone.messages import DEFAULT_LANGUAGE, LANGUAGES
from services.tenders.domain.paper import Paper
from services.tenders.papers import render

# The pages carry their own styles and nothing else; no script of anybody's runs in them.
CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def page(kind: str, paper: Paper, language: str) -> Response:
    """The page of a signed paper, made from what was signed."""
    chosen = language if language in LANGUAGES else DEFAULT_LANGUAGE
    answer = Response(_html(kind, paper, chosen), content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = chosen
    answer.headers["Content-Security-Policy"] = CONTENT_POLICY
    return answer


def shown(kind: str, paper: Paper) -> dict[str, Any]:
    """The paper's own fields, with its pages in all languages as `html`."""
    return {**vars(paper), "html": {language: _html(kind, paper, language) for language in LANGUAGES}}


def _html(kind: str, paper: Paper, language: str) -> str:
    text, _, _ = paper.statement.partition("\n")
    return render(kind, canonical.loads_object(text.encode()), paper.statement, language)
