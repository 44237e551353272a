"""An invented later edition of the Cologne report: its lines, changed cell by cell."""

from __future__ import annotations

from pathlib import Path

from zielgraph import resources

KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
STATUS, PROGRESS, FIRST = 5, 4, 6  # columns, from 0


class Lines:
    """The report's lines, changed cell by cell; numbers are those of the original file."""

    def __init__(self) -> None:
        self._lines = dict(enumerate(KOELN.read_text("utf-8").splitlines(), start=1))

    def set(self, line: int, column: int, old: str, new: str) -> None:
        cells = self._lines[line].split("\t")
        assert cells[column] == old or cells[column].endswith(old), cells[column]
        cells[column] = cells[column].removesuffix(old) + new
        self._lines[line] = "\t".join(cells)

    def remove(self, line: int) -> str:
        return self._lines.pop(line)

    def insert_after(self, line: int, text: str) -> None:
        self._lines[line] += "\n" + text

    def write(self, path: Path) -> Path:
        path.write_text("\n".join(self._lines.values()) + "\n", "utf-8")
        return path


def second_edition(path: Path) -> Path:
    """A later report: one change of each kind that needs no likeness of wordings."""
    lines = Lines()
    lines.set(28, STATUS, "laufend", "erledigt")
    lines.set(57, PROGRESS, "Grobkonzept ist erstellt", "Das Konzept liegt vor und wurde im Ausschuss vorgestellt")
    lines.set(43, PROGRESS, "Vielfalt.", "Vielfalt. In Zusammenarbeit mit dem Jobcenter zweimal im Jahr.")
    lines.set(48, FIRST, "25.04.2018", "26.04.2018")
    lines.remove(33)
    lines.insert_after(49, "\t\tc) Sprechstunde im Bezirksrathaus\t\tOrt wird gesucht.\tgeplant\t02.03.2020\t")
    lines.insert_after(50, lines.remove(10))
    return lines.write(path)
