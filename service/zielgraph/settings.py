"""Settings: one row each, read by the command line, the service, the docs and the tests."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zielgraph import resources
from zielgraph.errors import UsageError


@dataclass(frozen=True)
class Setting:
    """One setting: its name in code, its environment variable, default and what it does."""

    name: str
    variable: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("data", "ZIELGRAPH_DATA", "", "Datenordner. Leer: var/ im Quellbaum, sonst der Datenordner der Person."),
    Setting(
        "base",
        "ZIELGRAPH_BASE",
        "https://w3id.org/zielgraph/id/",
        "Anfang aller Daten-IRIs. Wird beim ersten Import festgeschrieben.",
    ),
    Setting(
        "look",
        "ZIELGRAPH_LOOK",
        "",
        "Datei mit Name, Logo, Farben, Kontakt und Rechtstexten der Stadt. Leer: look.toml im Datenordner.",
    ),
    Setting("host", "ZIELGRAPH_HOST", "127.0.0.1", "Adresse, an der der Dienst lauscht, oder unix:/pfad."),
    Setting(
        "hosts",
        "ZIELGRAPH_HOSTS",
        "",
        "Weitere Rechnernamen, unter denen der Dienst angesprochen wird, durch Komma getrennt (etwa hinter nginx). "
        "Auf 127.0.0.1 gelten sonst nur localhost und 127.0.0.1; so erreicht ihn keine fremde Seite über ihren Namen.",
    ),
    Setting(
        "cors_origin",
        "ZIELGRAPH_CORS_ORIGIN",
        "",
        "Fremde Webseiten, die /sparql im Browser lesen dürfen: eine Adresse oder * für alle. Leer: keine.",
    ),
    Setting("port", "ZIELGRAPH_PORT", "8000", "Port des Dienstes."),
    Setting("max_query_bytes", "ZIELGRAPH_MAX_QUERY_BYTES", "100000", "Längste angenommene SPARQL-Anfrage in Byte."),
    Setting("max_rows", "ZIELGRAPH_MAX_ROWS", "100000", "Höchste Zahl von Ergebniszeilen einer Anfrage über HTTP."),
    Setting(
        "max_table_rows", "ZIELGRAPH_MAX_TABLE_ROWS", "150000", "Höchste Zahl von Zeilen einer Tabelle beim Import."
    ),
    Setting("max_table_bytes", "ZIELGRAPH_MAX_TABLE_BYTES", "200000000", "Größte Tabellendatei in Byte."),
    Setting("max_cell_chars", "ZIELGRAPH_MAX_CELL_CHARS", "100000", "Längster Zellentext in Zeichen."),
    Setting(
        "validate_rows",
        "ZIELGRAPH_VALIDATE_ROWS",
        "5000",
        "Bis zu so vielen Berichtszeilen prüft der Import gleich mit; darüber prüft `zielgraph validate` und speichert "
        "die Befunde.",
    ),
    Setting(
        "max_state_quads",
        "ZIELGRAPH_MAX_STATE_QUADS",
        "3000000",
        "Bis zu so vielen Aussagen wird der Stand an einem früheren Tag (stand=…) zurückgerechnet.",
    ),
    Setting("keep_snapshots", "ZIELGRAPH_KEEP_SNAPSHOTS", "10", "So viele Stände des Datenordners bleiben liegen."),
    Setting("threads", "ZIELGRAPH_THREADS", "64", "Gleichzeitig angenommene HTTP-Anfragen."),
    Setting("query_seconds", "ZIELGRAPH_QUERY_SECONDS", "15", "Längste Laufzeit einer SPARQL-Anfrage in Sekunden."),
    Setting("write_seconds", "ZIELGRAPH_WRITE_SECONDS", "60", "Längste Laufzeit einer Änderung in Sekunden."),
    Setting(
        "query_memory_mb",
        "ZIELGRAPH_QUERY_MEMORY_MB",
        "1024",
        "Arbeitsspeicher in MB, den eine Anfrage über den Bestand hinaus belegen darf.",
    ),
    Setting("workers", "ZIELGRAPH_WORKERS", "0", "Prozesse für kurze Anfragen. 0: so viele wie Kerne, mindestens 2."),
    Setting(
        "slow_workers",
        "ZIELGRAPH_SLOW_WORKERS",
        "4",
        "Weitere Prozesse für Anfragen, die länger als eine Sekunde laufen.",
    ),
    Setting("queue", "ZIELGRAPH_QUEUE", "32", "So viele Anfragen warten höchstens auf einen Prozess."),
    Setting(
        "memory_quads",
        "ZIELGRAPH_MEMORY_QUADS",
        "5000000",
        "Bis zu so vielen Aussagen liegt der Bestand für Anfragen im Arbeitsspeicher, darüber wird von der Platte "
        "gelesen.",
    ),
    Setting("max_answer_bytes", "ZIELGRAPH_MAX_ANSWER_BYTES", "50000000", "Größte Antwort einer Anfrage in Byte."),
    Setting("max_upload_bytes", "ZIELGRAPH_MAX_UPLOAD_BYTES", "100000000", "Größter Graph, der gesendet werden darf."),
    Setting("cache_bytes", "ZIELGRAPH_CACHE_BYTES", "64000000", "Speicher für fertige Antworten in Byte; 0: keiner."),
    Setting(
        "service_hosts",
        "ZIELGRAPH_SERVICE_HOSTS",
        "",
        "Rechner, die SERVICE und LOAD fragen dürfen, durch Komma getrennt; ohne Portangabe jeder Port. "
        "Leer: keine Anfrage verlässt den Rechner.",
    ),
    Setting(
        "proxy",
        "ZIELGRAPH_PROXY",
        "",
        "Adresse des einen Proxys, dessen Kopfzeilen (X-Forwarded-…, angemeldete Person) gelten. Leer: keiner.",
    ),
    Setting(
        "proxy_user_header",
        "ZIELGRAPH_PROXY_USER_HEADER",
        "",
        "Kopfzeile, in der dieser Proxy die angemeldete Person nennt, etwa X-Remote-User.",
    ),
    Setting("rate", "ZIELGRAPH_RATE", "20", "Anfragen je Sekunde, die ein Client auf Dauer stellen darf; 0: beliebig."),
    Setting("rate_burst", "ZIELGRAPH_RATE_BURST", "100", "Anfragen, die ein Client nach einer Pause auf einmal darf."),
    Setting(
        "access_log", "ZIELGRAPH_ACCESS_LOG", "-", "Datei für das Zugriffsprotokoll; -: Standardausgabe, leer: keines."
    ),
    Setting(
        "log_details",
        "ZIELGRAPH_LOG_DETAILS",
        "",
        "Was zusätzlich ins Protokoll kommt: queries (Anfragetexte), clients (Adressen), durch Komma getrennt.",
    ),
    Setting("slow_ms", "ZIELGRAPH_SLOW_MS", "1000", "Ab so vielen Millisekunden gilt eine Anfrage als langsam."),
    Setting("engine", "ZIELGRAPH_ENGINE", "", "Adresse eines fremden SPARQL-Dienstes. Leer: der eingebaute."),
    Setting("engine_update", "ZIELGRAPH_ENGINE_UPDATE", "", "Dessen Adresse für Update, wenn sie eine andere ist."),
    Setting("engine_graphs", "ZIELGRAPH_ENGINE_GRAPHS", "", "Dessen Adresse für das Graph Store Protocol."),
    Setting("engine_user", "ZIELGRAPH_ENGINE_USER", "", "Benutzername dort."),
    Setting("engine_password", "ZIELGRAPH_ENGINE_PASSWORD", "", "Kennwort dort."),
)


_LISTS = ("hosts", "service_hosts", "log_details")
_MOST = {"port": 65535, "threads": 4096, "workers": 256, "slow_workers": 256, "queue": 100_000}
_DETAILS = ("queries", "clients")
_ORIGIN = re.compile(r"(?:\*|https?://[^/\s]+)?")


@dataclass(frozen=True)
class Settings:
    """Checked settings. Build with :func:`load`. ``public``: the service that anybody may read."""

    data: Path
    base: str
    look: str
    host: str
    hosts: tuple[str, ...]
    cors_origin: str
    port: int
    max_query_bytes: int
    max_rows: int
    max_table_rows: int
    max_table_bytes: int
    max_cell_chars: int
    validate_rows: int
    max_state_quads: int
    keep_snapshots: int
    threads: int
    query_seconds: int
    write_seconds: int
    query_memory_mb: int
    workers: int
    slow_workers: int
    queue: int
    memory_quads: int
    max_answer_bytes: int
    max_upload_bytes: int
    cache_bytes: int
    service_hosts: tuple[str, ...]
    proxy: str
    proxy_user_header: str
    rate: int
    rate_burst: int
    access_log: str
    log_details: tuple[str, ...]
    slow_ms: int
    engine: str
    engine_update: str
    engine_graphs: str
    engine_user: str
    engine_password: str
    public: bool = False


def default_data_folder() -> Path:
    """``var/`` under a checkout, the platform's user data folder for an installed package."""
    root = resources.checkout()
    if root is not None:
        return root / "var"
    import platformdirs  # only an installed package needs it

    return Path(platformdirs.user_data_dir("zielgraph", appauthor=False))


def load(environ: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Settings from the environment; ``given`` values that are not None win.

    Raises UsageError when a number is not a number, or larger than makes sense, the base is no absolute IRI ending in /
    or #, or a word is none of those that can stand there.
    """
    env = os.environ if environ is None else environ
    values: dict[str, str] = {s.name: env.get(s.variable, s.default) for s in SETTINGS}
    values.update({name: str(value) for name, value in given.items() if value is not None})
    base = values["base"]
    if not base.startswith(("http://", "https://")) or not base.endswith(("/", "#")) or " " in base:
        raise UsageError(f"ZIELGRAPH_BASE „{base}“ ist keine IRI, die mit http beginnt und mit / oder # endet.")
    numbers: dict[str, int] = {}
    for setting in (s for s in SETTINGS if s.default.isdecimal()):
        try:
            numbers[setting.name] = int(values[setting.name])
        except ValueError:
            raise UsageError(f"{setting.variable} „{values[setting.name]}“ ist keine ganze Zahl.") from None
        if numbers[setting.name] < 0:
            raise UsageError(f"{setting.variable} „{values[setting.name]}“ darf nicht negativ sein.")
        if numbers[setting.name] > (most := _MOST.get(setting.name, numbers[setting.name])):
            raise UsageError(f"{setting.variable} „{values[setting.name]}“ ist zu groß; möglich ist 0 bis {most}.")
    folder = Path(values["data"]).expanduser() if values["data"] else default_data_folder()
    lists = {name: _split(values[name]) for name in _LISTS}
    if unknown := [word for word in lists["log_details"] if word not in _DETAILS]:
        raise UsageError(f"ZIELGRAPH_LOG_DETAILS „{unknown[0]}“ gibt es nicht; möglich: {', '.join(_DETAILS)}.")
    if not _ORIGIN.fullmatch(values["cors_origin"]):
        raise UsageError(f"ZIELGRAPH_CORS_ORIGIN „{values['cors_origin']}“ ist weder * noch https://rechner.")
    texts = {s.name: values[s.name] for s in SETTINGS if s.name not in {*numbers, *lists, "data"}}
    return Settings(data=folder, public=bool(given.get("public")), **texts, **lists, **numbers)  # type: ignore[arg-type]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
