"""Every German sentence of the pages has an English one, and the compiled catalogue is up to date."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from zielgraph import web

WEB = Path(web.__file__).parent
PO = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"


def messages() -> set[str]:
    found = extract_from_dir(str(WEB), [("**.py", "python"), ("**/templates/**.html", "jinja2")], {})
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def test_every_sentence_is_translated_and_none_is_left_over() -> None:
    with PO.open("rb") as file:
        catalog = read_po(file, locale="en")
    translated = {(m.id[0] if isinstance(m.id, tuple) else m.id): m.string for m in catalog if m.id and not m.fuzzy}
    assert len(messages()) > 100
    assert set(translated) == messages()
    assert all(all(s) if isinstance(s, tuple) else s for s in translated.values())


def test_compiled_catalogue_is_fresh() -> None:
    buffer = io.BytesIO()
    with PO.open("rb") as file:
        write_mo(buffer, read_po(file, locale="en"))
    assert PO.with_suffix(".mo").read_bytes() == buffer.getvalue()
