"""Names of the repairs, and what they are called in front of people. The only list of them."""

REPAIR_TEXTS: dict[str, tuple[str, str]] = {
    "fill-down": (
        "Leere Zielzelle: Es gilt das Ziel der Zeile darüber.",
        "Empty goal cell: the goal of the row above applies.",
    ),
    "repeated-header": ("Wiederholte Kopfzeile übergangen.", "Repeated header line skipped."),
    "shifted-column": (
        "Zellen waren gegenüber der Kopfzeile verschoben und wurden zugeordnet.",
        "Cells were shifted against the header and have been put in place.",
    ),
    "surplus-cell": (
        "Überzählige Zelle ohne Spalte; der Text bleibt in der Quellzeile erhalten.",
        "Surplus cell without a column; its text is kept with the source row.",
    ),
    "markup": ("HTML-Auszeichnung entfernt.", "HTML markup removed."),
    "whitespace": ("Leerraum bereinigt.", "White space tidied."),
    "placeholder": (
        "Platzhalter („-“, „k. A.“) als leer gelesen.",
        "Placeholder (“-”, “n/a”) read as empty.",
    ),
    "list-letter": ("Aufzählungszeichen abgetrennt.", "List letter split off."),
    "arrow": ("Pfeil am Anfang entfernt.", "Leading arrow removed."),
    "theme-in-goal": (
        "Handlungsfeld aus dem Zieltext gelöst.",
        "Theme separated from the wording of the goal.",
    ),
    "merged-cell": (
        "Verbundene Zelle: Ihr Text gilt auch für diese Zeile.",
        "Merged cell: its text applies to this row too.",
    ),
    "continued-row": (
        "Die Zelle reicht über mehrere Zeilen; diese Zeile wurde der darüber angefügt.",
        "The cell reaches over several rows; this row was added to the one above.",
    ),
    "as-above": (
        "Verweis auf die Zeile darüber: Es gelten die Namen von dort.",
        "Reference to the row above: the names given there apply.",
    ),
    "section-row": (
        "Das Handlungsfeld steht in einer Zwischenüberschrift.",
        "The theme stands in a heading between the rows.",
    ),
    "sheet-theme": (
        "Der Name des Blattes ist das Handlungsfeld.",
        "The sheet's name is the theme.",
    ),
    "hidden-row": (
        "Ausgeblendete Zeile mitgelesen.",
        "Hidden row read as well.",
    ),
}
