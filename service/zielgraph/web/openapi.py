"""The OpenAPI description of the question API, computed from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from zielgraph import __version__
from zielgraph.exporting.tables import FORMATS, MEDIA_TYPES
from zielgraph.questions import Parameter, Question
from zielgraph.vocabulary import XSD


def describe(questions: Iterable[Question], lang: str, server: str) -> dict[str, object]:
    """An OpenAPI 3.1 document. ``server`` is the service's address without a final slash."""
    paths: dict[str, object] = {
        "/api/queries": {
            "get": {
                "operationId": "queries",
                "summary": {"de": "Fragen des Katalogs", "en": "Questions of the catalogue"}[lang],
                "responses": {"200": {"description": "OK", "content": {"application/json": {}}}},
            }
        }
    }
    for question in questions:
        paths[f"/api/queries/{question.name}"] = {"get": _operation(question, lang)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "zielgraph", "version": __version__},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


_STAND = {
    "de": "Der Tag, wie er damals war: mit den Ausgaben und Entscheidungen bis dahin.",
    "en": "How things stood on that day: with the editions and decisions up to then.",
}
_PROBLEM: dict[str, object] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "suggestions": {"type": "array", "items": {"type": "string"}},
    },
}


def _operation(question: Question, lang: str) -> dict[str, object]:
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    columns = "\n".join(f"- `{column.name}`: {column.label[lang]}" for column in question.columns)
    media: dict[str, object] = {kind.split(";")[0]: {} for kind in MEDIA_TYPES.values()}
    return {
        "operationId": question.name,
        "summary": question.title[lang],
        "description": f"{question.description[lang]}\n\n{columns}",
        "parameters": [
            *(_parameter(question, parameter, lang) for parameter in question.params),
            {"name": "format", "in": "query", "schema": {"type": "string", "enum": [*FORMATS, "html"]}},
            {
                "name": "stand",
                "in": "query",
                "description": _STAND[lang],
                "schema": {"type": "string", "format": "date"},
            },
            {
                "name": "lang",
                "in": "query",
                "schema": {"type": "string", "enum": ["de", "en"], "default": "de"},
            },
        ],
        "responses": {
            "200": {"description": "OK", "content": media},
            "400": {"description": "Parameter", **problem},
            "406": {"description": "Format", **problem},
        },
    }


def _parameter(question: Question, parameter: Parameter, lang: str) -> dict[str, object]:
    kind = "boolean" if parameter.type in ("boolean", XSD + "boolean") else "string"
    entry: dict[str, object] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description.get(lang) or parameter.label.get(lang, ""),
        "schema": {"type": kind},
    }
    if parameter.name in question.example:
        entry["example"] = question.example[parameter.name]
    return entry
