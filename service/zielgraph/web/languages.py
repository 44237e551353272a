"""German and English: language by URL prefix, page addresses in both, numbers and dates."""

from __future__ import annotations

from babel import support
from flask import Flask, g, has_request_context, request, url_for
from flask_babel import Babel, Domain, gettext
from markupsafe import Markup

from zielgraph.web import stand

LANGUAGES = ("de", "en")
SLUGS: dict[str, tuple[str, str]] = {  # page → (German, English) segment
    "home": ("", ""),
    "goals": ("ziele", "goals"),
    "measures": ("massnahmen", "measures"),
    "actors": ("akteure", "actors"),
    "bodies": ("gremien", "bodies"),
    "network": ("netzwerk", "network"),
    "questions": ("fragen", "questions"),
    "quality": ("qualitaet", "quality"),
    "changes": ("aenderungen", "changes"),
    "timeline": ("zeitachse", "timeline"),
    "report": ("bericht", "report"),
    "courses": ("fortfuehren-einstellen-neu-starten", "continue-stop-restart"),
    "decisions": ("entscheidungen", "decisions"),
    "decision_form": ("entscheidungen/vorlage", "decisions/form"),
    "decide": ("entscheiden", "decide"),
    "import": ("import", "import"),
    "open_data": ("offene-daten", "open-data"),
    "model": ("modell", "model"),
    "help": ("hilfe", "help"),
    "glossary": ("glossar", "glossary"),
    "imprint": ("impressum", "imprint"),
    "privacy": ("datenschutz", "privacy"),
    "accessibility": ("barrierefreiheit", "accessibility"),
    "signin": ("anmelden", "sign-in"),
    "signout": ("abmelden", "sign-out"),
}

_NOT_KEPT = ("lang", "endpoint")  # the second is an argument of url_for


def language() -> str:
    """The language of this request: of the page, of ``lang=``, of Accept-Language; else German."""
    if "lang" not in g:
        start = request.path.split("/", 2)[1]
        asked = request.args.get("lang", "")
        if start in LANGUAGES:
            g.lang = start
        elif asked in LANGUAGES:
            g.lang = asked
        else:
            g.lang = request.accept_languages.best_match(LANGUAGES, default="de")
    return str(g.lang)


def page_url(page: str, lang: str = "", **params: str) -> str:
    """Address of a page; parameters that are no part of the path become the query string.

    The day that the page of this request shows is kept; ``stand=""`` leads back to now.
    """
    params = {stand.PARAMETER: stand.kept()} | params
    return url_for(f"pages.{page}_{lang or language()}", **{k: v for k, v in params.items() if v})  # type: ignore[arg-type]


def counterpart() -> tuple[str, str]:
    """The other language and the address of the same page in it."""
    own = language()
    other = "en" if own == "de" else "de"
    endpoint = request.endpoint or ""
    query = {name: values for name, values in request.args.lists() if name not in _NOT_KEPT and name[:1] != "_"}
    if endpoint.endswith(f"_{own}"):
        return other, url_for(endpoint[:-2] + other, **{**query, **(request.view_args or {})})
    if endpoint.startswith(("sparql.", "ontology.")):
        return other, url_for(endpoint, **{**query, **(request.view_args or {}), "lang": other})
    return other, url_for(f"pages.home_{other}")


def shown_date(value: str) -> str:
    """An ISO date as TT.MM.JJJJ on German pages; unchanged on English ones."""
    parts = value.split("-")
    return ".".join(reversed(parts)) if language() == "de" and len(parts) == 3 else value


def shown_number(value: int | float) -> str:
    """A number with the thousands and decimal marks of the language."""
    text = f"{value:,}"
    return text.translate(str.maketrans(",.", ".,")) if language() == "de" else text


class _Texts(Domain):  # type: ignore[misc]  # has no types
    """The translations by language, without looking up the locale each time: a page has hundreds of texts."""

    def get_translations(self) -> support.NullTranslations:
        """Those of this request; none outside of one."""
        if not has_request_context():
            return support.NullTranslations()
        lang = language()
        if lang not in self.cache:
            self.cache[lang] = super().get_translations()
        found: support.NullTranslations = self.cache[lang]
        return found


def _translated(text: str, **values: object) -> Markup:
    """A text of a template; what is put into it is escaped."""
    return Markup(gettext(text)) % values  # noqa: S704  texts of the templates themselves


def register(app: Flask) -> None:
    """Install translations and the helpers that templates use."""
    Babel(app, default_locale="de", locale_selector=language).domain_instance = _Texts()
    app.jinja_env.globals.update(page_url=page_url, counterpart=counterpart, language=language)
    app.jinja_env.globals.update(_=_translated, gettext=_translated)
    app.jinja_env.filters.update(day=shown_date, number=shown_number)
    stand.register(app)
