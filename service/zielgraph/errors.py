"""The error tree. Every failure a user can cause is one of these and carries one sentence for them.

::

    ZielgraphError
    ├── InputError        a file cannot be read or makes no sense        exit 2
    ├── UsageError        the command, a parameter or a name is wrong    exit 2 · HTTP 400
    │   ├── NotFound      no such question, edition, resource            exit 2 · HTTP 404
    │   ├── Unwritable    a format cannot hold the content               exit 2 · HTTP 406
    │   └── PreconditionFailed  the content is not what If-Match says    exit 2 · HTTP 412
    ├── QueryError        a SPARQL text is refused                       exit 2 · HTTP 400
    │   ├── SyntaxProblem     it cannot be read; knows line and column
    │   ├── TooLarge          its answer is larger than the limits
    │   ├── OutOfMemory       it needed more memory than it may have
    │   ├── TimedOut          it ran longer than it may                  exit 2 · HTTP 504
    │   └── Managed           an update of what imports manage           exit 2 · HTTP 409
    ├── AccessDenied      no or not enough rights                        exit 2 · HTTP 401 or 403
    ├── ServiceBusy       too much to do just now                        exit 2 · HTTP 503 or 429
    └── StoreError        the data folder cannot be used                 exit 2 · HTTP 503
        ├── StoreBusy     another process is writing
        └── Conflict      the edition exists with other content          exit 2 · HTTP 409
"""

from __future__ import annotations


class ZielgraphError(Exception):
    """Base of all errors that are reported to the user as one sentence."""

    title = "Fehler"


class InputError(ZielgraphError):
    """A file could not be read. The place is part of the sentence.

    ``row`` and ``column`` count from 1 as in a spreadsheet program.
    """

    title = "Eingabe nicht lesbar"

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        advice: str | None = None,
    ) -> None:
        place = ", ".join(
            part
            for part in (
                file,
                f"Blatt „{sheet}“" if sheet else None,
                f"Zeile {row}" if row is not None else None,
                f"Spalte {column}" if column else None,
            )
            if part
        )
        sentence = f"{place}: {problem}" if place else problem
        if advice:
            sentence = f"{sentence.rstrip('.')}. {advice}"
        super().__init__(sentence)
        self.file, self.sheet, self.row, self.column = file, sheet, row, column


class UsageError(ZielgraphError):
    """The request itself is wrong: unknown parameter, missing value, impossible combination."""

    title = "Anfrage nicht möglich"


class NotFound(UsageError):
    """Something named in the request does not exist; ``suggestions`` are near matches."""

    title = "Nicht gefunden"

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        if suggestions:
            message = f"{message.rstrip('.')}. Ähnlich: {', '.join(suggestions)}"
        super().__init__(message)
        self.suggestions = suggestions


class Unwritable(UsageError):
    """The format asked for cannot hold the content."""

    title = "Format nicht möglich"


class PreconditionFailed(UsageError):
    """Something is not as the request says it must be for a change."""

    title = "Inzwischen geändert"


class QueryError(ZielgraphError):
    """A SPARQL query or update was refused before or while it ran."""

    title = "SPARQL-Anfrage abgelehnt"


class SyntaxProblem(QueryError):
    """The text is not SPARQL. ``line`` and ``column`` count from 1; ``expected`` is what could stand there.

    ``prefix`` is an undeclared prefix, if that is the trouble.
    """

    title = "Anfrage nicht lesbar"

    def __init__(
        self, message: str, *, line: int = 0, column: int = 0, expected: tuple[str, ...] = (), prefix: str = ""
    ) -> None:
        super().__init__(message)
        self.line, self.column, self.expected, self.prefix = line, column, expected, prefix


class TooLarge(QueryError):
    """The answer would have more rows or bytes than the settings allow."""

    title = "Antwort zu groß"


class OutOfMemory(QueryError):
    """The query needed more memory than it may have."""

    title = "Anfrage braucht zu viel Speicher"


class TimedOut(QueryError):
    """The query ran longer than it may; it was ended. ``cause`` is a likely reason, a sentence, or empty."""

    title = "Anfrage dauert zu lange"

    def __init__(self, message: str, cause: str = "") -> None:
        super().__init__(f"{message} {cause}" if cause else message)
        self.cause = cause


class Managed(QueryError):
    """An update would change graphs that imports and decisions manage."""

    title = "Graph wird verwaltet"


class AccessDenied(ZielgraphError):
    """The request has no rights (``status`` 401: none were shown, 403: they do not suffice)."""

    title = "Nicht erlaubt"

    def __init__(self, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.status = status


class ServiceBusy(ZielgraphError):
    """There is too much to do (``status`` 503), or this client asks too often (429); try again in ``seconds``."""

    title = "Zu viele Anfragen"

    def __init__(self, message: str, seconds: int = 1, status: int = 503) -> None:
        super().__init__(message)
        self.seconds, self.status = seconds, status


class StoreError(ZielgraphError):
    """The data folder is missing, damaged, read-only or full."""

    title = "Datenordner nicht benutzbar"


class StoreBusy(StoreError):
    """Another process holds the write lock."""

    title = "Datenordner belegt"


class Conflict(StoreError):
    """The edition exists already with other content."""

    title = "Ausgabe besteht schon"
