"""A city's own look: name, title, logo, colours, contact and legal texts from one TOML file.

The file is read once, when the service starts. docs/betrieb.md describes it.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, url_for
from flask_babel import gettext as _

from zielgraph.errors import InputError, NotFound
from zielgraph.settings import Settings
from zielgraph.web.languages import LANGUAGES, language

FILE = "look.toml"
CONTRAST = 4.5  # WCAG 2.1, 1.4.3
LEGAL = ("imprint", "privacy", "accessibility")
COLOURS: dict[str, dict[str, str]] = {  # defaults; static/css/tokens.css says the same
    "light": {"primary": "#17456b", "on_primary": "#ffffff", "accent": "#17456b"},
    "dark": {"primary": "#9ec5ee", "on_primary": "#0d1b2a", "accent": "#9ec5ee"},
}
SURFACES = {"light": ("#ffffff", "#f3f4f7"), "dark": ("#131525", "#1f2338")}  # what text stands on
_LOGOS = {".svg": ("image/svg+xml", b"<svg"), ".png": ("image/png", b"\x89PNG\r\n")}
_MAX_LOGO = 200_000
_KEYS: dict[str, Any] = {  # every key of the file; a tuple are the keys of a table
    "name": None,
    "logo": None,
    "title": LANGUAGES,
    "contact": ("office", "mail", "phone"),
    "colours": {"light": tuple(COLOURS["light"]), "dark": tuple(COLOURS["dark"])},
    "legal": dict.fromkeys(LEGAL, LANGUAGES),
}


@dataclass(frozen=True)
class Look:
    """What makes the pages a city's own. ``logo`` is its file's content, ``ending`` with the dot.

    ``source`` is the file it came from or would come from.
    """

    source: Path
    name: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    legal: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    css: str = ""
    logo: bytes = b""
    ending: str = ""

    @property
    def version(self) -> str:
        """Changes whenever stylesheet or logo change."""
        return hashlib.sha256(self.css.encode() + b"\0" + self.logo).hexdigest()[:12]

    def words(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """A text in the page's language, else in the other, with its language."""
        own = language()
        return next(((texts[lang], lang) for lang in (own, *LANGUAGES) if texts.get(lang)), ("", own))


def load(settings: Settings) -> Look:
    """The look that the settings name; the program's own where there is no file.

    Raises InputError where the file or its logo cannot be read, a key is not known, or a colour is too pale.
    """
    path = Path(settings.look).expanduser() if settings.look else settings.data / FILE
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        if settings.look:
            raise InputError("Diese Datei gibt es nicht.", file=str(path), advice="ZIELGRAPH_LOOK nennt sie.") from None
        return Look(path)
    except (OSError, UnicodeDecodeError):
        raise InputError("Die Datei lässt sich nicht als UTF-8-Text lesen.", file=str(path)) from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"Das ist kein gültiges TOML ({error}).", file=str(path)) from None
    _check_keys(content, _KEYS, "", path)
    logo, ending = _logo(path, content["logo"]) if content.get("logo") else (b"", "")
    return Look(
        path,
        name=content.get("name", ""),
        title=content.get("title", {}),
        contact=content.get("contact", {}),
        legal=content.get("legal", {}),
        css=_stylesheet(content.get("colours", {}), path),
        logo=logo,
        ending=ending,
    )


def _check_keys(content: Mapping[str, Any], known: Mapping[str, Any], above: str, path: Path) -> None:
    for key, value in content.items():
        name = above + key
        if key not in known:
            raise InputError(f"Den Schlüssel „{name}“ gibt es nicht; möglich: {', '.join(known)}.", file=str(path))
        inner = known[key]
        if inner is None and not isinstance(value, str):
            raise InputError(f"„{name}“ muss ein Text in Anführungszeichen sein.", file=str(path))
        if inner is not None:
            if not isinstance(value, dict):
                raise InputError(f"„{name}“ muss eine Tabelle [{name}] sein.", file=str(path))
            _check_keys(value, inner if isinstance(inner, dict) else dict.fromkeys(inner), f"{name}.", path)


def _logo(path: Path, name: str) -> tuple[bytes, str]:
    """Content and ending of the logo beside the file."""
    where = path.parent / name
    if where.name != name or where.suffix.lower() not in _LOGOS:
        raise InputError(
            f"logo „{name}“ muss eine SVG- oder PNG-Datei sein, die neben dieser Datei liegt.", file=str(path)
        )
    try:
        content = where.read_bytes()
    except OSError:
        raise InputError(f"Die Datei „{name}“ (logo) lässt sich nicht lesen.", file=str(path)) from None
    if _LOGOS[where.suffix.lower()][1] not in content[:5000]:
        raise InputError(f"Die Datei „{name}“ (logo) ist kein {where.suffix[1:].upper()}-Bild.", file=str(path))
    if len(content) > _MAX_LOGO:
        raise InputError(f"Die Datei „{name}“ (logo) ist größer als {_MAX_LOGO // 1000} kB.", file=str(path))
    return content, where.suffix.lower()


def _stylesheet(given: Mapping[str, Mapping[str, str]], path: Path) -> str:
    """The city's colours as custom properties."""
    lines = []
    for scheme, defaults in COLOURS.items():
        chosen = {**defaults, **given.get(scheme, {})}
        for name, value in chosen.items():
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
                raise InputError(f"colours.{scheme}.{name} „{value}“ ist keine Farbe der Form #rrggbb.", file=str(path))
        paper = SURFACES[scheme]
        grounds = {"primary": paper, "accent": paper, "on_primary": (chosen["primary"],)}
        for name, behind in grounds.items():
            worst = min(behind, key=lambda ground, value=chosen[name]: contrast(value, ground))  # type: ignore[misc]
            ratio = contrast(chosen[name], worst)
            if ratio < CONTRAST:
                shown = f"{int(ratio * 100) / 100:.2f}".replace(".", ",")  # cut, so that 4,499 is not shown as 4,50
                raise InputError(
                    f"colours.{scheme}.{name} {chosen[name]} hat auf {worst} nur ein Kontrastverhältnis von "
                    f"{shown} : 1; nötig sind 4,5 : 1.",
                    file=str(path),
                )
        ending = "-dark" if scheme == "dark" else ""
        lines += [f"--city-{name.replace('_', '-')}{ending}: {chosen[name].lower()};" for name in given.get(scheme, {})]
    return f":root {{ {' '.join(lines)} }}\n" if lines else ""


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours ``#rrggbb`` as WCAG defines it: 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


blueprint = Blueprint("look", __name__)


@blueprint.get("/static/look/<version>/look.css")  # below /static/, which is open before anybody signed in
def stylesheet(version: str) -> Response:
    """The city's colours."""
    return _kept(version, current().css.encode(), "text/css; charset=utf-8")


@blueprint.get("/static/look/<version>/logo<ending>")
def logo(version: str, ending: str) -> Response:
    """The city's logo. Raises NotFound."""
    look = current()
    if not look.logo or ending != look.ending:
        raise NotFound(_("Diese Datei gibt es nicht."))
    return _kept(version, look.logo, _LOGOS[ending][0])


def _kept(version: str, content: bytes, media: str) -> Response:
    response = Response(content, content_type=media)
    fresh = version == current().version  # an older page may ask for an older version
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response


def current() -> Look:
    """The look of the running application."""
    found: Look = current_app.extensions["zielgraph.look"]
    return found


def _shown() -> dict[str, Any]:
    """What the frame of every page shows of the city."""
    look = current()
    title, lang = look.words(look.title)
    return {
        "name": look.name,
        "title": title or _("Ziele und Maßnahmen"),
        "lang": lang,
        "contact": {name: look.contact.get(name, "") for name in _KEYS["contact"]},
        "css": url_for("look.stylesheet", version=look.version) if look.css else "",
        "logo": url_for("look.logo", version=look.version, ending=look.ending) if look.logo else "",
    }


def register(app: Flask, settings: Settings) -> None:
    """Read the look and offer it to templates as ``look()``. Raises InputError."""
    app.extensions["zielgraph.look"] = load(settings)
    app.jinja_env.globals["look"] = _shown
    app.register_blueprint(blueprint)
