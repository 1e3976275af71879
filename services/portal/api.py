"""The pages' doors: language in the URL, plain HTML, nothing that needs JavaScript."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
)
from werkzeug.wrappers import Response as BaseResponse

from backbone.errors import NotFound
from backbone.foundation import Foundation
from backbone.messages import LANGUAGES, negotiate, render
from services.portal import queries
from services.portal.domain import FINAL, road
from services.portal.texts import install_texts

ROOM = Path(__file__).parent
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGE = f"<any({','.join(LANGUAGES)}):language>"
STAGES = (
    "published",
    "closed",
    "technical_evaluation",
    "financial_opening",
    "evaluation",
    "evaluated",
    "standstill",
    "complaint",
    "awarded",
    "contracted",
    "cancelled",
    "unsuccessful",
)
pages = Blueprint("portal", __name__, template_folder=str(ROOM / "templates"))


def install_pages(app: Flask, base: Foundation) -> None:
    """Adds the pages, their texts and the directory of services to the app."""
    app.extensions["base"] = base
    install_texts(app)
    app.register_blueprint(pages)


def _base() -> Foundation:
    base: Foundation = current_app.extensions["base"]
    return base


@pages.get("/")
def home() -> BaseResponse:
    """Sends to the list in the reader's language."""
    return redirect(f"/{negotiate(request.accept_languages.values())}/tenders")


@pages.get(f"/{LANGUAGE}/")
def home_in(language: str) -> BaseResponse:
    """Sends to the list."""
    return redirect(f"/{language}/tenders")


@pages.get(f"/{LANGUAGE}/tenders")
def tender_list(language: str) -> Response:
    """The public list: words, stage, page number."""
    words = request.args.get("q", "").replace("\0", "")[:200]
    stage = request.args.get("stage", "")
    number = request.args.get("page", "1")
    with _base().database.read() as tx:
        listing = queries.list_tenders(
            tx,
            words,
            stage if stage in STAGES else "",
            min(int(number), 10_000) if number.isdecimal() and int(number) else 1,
        )
    return _page("list.html", language, listing=listing, words=words, chosen=stage, stages=STAGES)


@pages.get(f"/{LANGUAGE}/tenders/<reference>")
def tender(language: str, reference: str) -> Response:
    """The page of one tender, by id or ocid."""
    try:
        page = _find(reference)
    except NotFound as error:
        sentence = render(_base().catalogue, error.code, error.params, language)
        return _page("missing.html", language, status=HTTPStatus.NOT_FOUND, sentence=sentence)
    stage = page.tender.stage(page.now)
    return _page(
        "tender.html", language, page=page, tender=page.tender, notice=page.tender.notice, stage=stage,
        road=road(stage, page.tender.notice["envelopes"]), over=stage in FINAL,
        urls=_base().settings.urls,
    )  # fmt: skip


@pages.get("/.well-known/licita.json")
def directory() -> Response:
    """Where each service is and the public keys it signs with: all that a client needs to know of an installation."""
    base = _base()
    services = {name: {"url": url} for name, url in base.settings.urls.items()}
    return jsonify(services=services, keys=base.keys.vkeys)


@pages.get("/static/<path:name>")
def static(name: str) -> Response:
    """Style sheet and pictures."""
    answer = send_from_directory(ROOM / "static", name)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _find(reference: str) -> queries.Page:
    with _base().database.read() as tx:
        page = queries.tender_page(tx, reference.replace("\0", ""))
    if page is None:
        raise NotFound("tender_unknown", reference=reference[:80])
    return page


def _page(template: str, language: str, *, status: int = HTTPStatus.OK, **context: Any) -> Response:
    other = next(each for each in LANGUAGES if each != language)
    swapped = request.full_path.replace(f"/{language}/", f"/{other}/", 1).rstrip("?")
    html = render_template(template, language=language, other_language=other, other_url=swapped, **context)
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Content-Language"] = language
    response.headers["Referrer-Policy"] = "same-origin"
    return response
