"""Shows where the linker errs: ``python tests/linking/report_errors.py koeln bonn koeln-klima``.

Without arguments only figures. Reports named with ``--figures`` before them show figures only.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))
from evaluation import evaluate_heldout, evaluate_koeln, evaluate_sentences, koeln_cells, koeln_linker

if __name__ == "__main__":
    for name in ["koeln", "koeln-klima", "bonn", "musterstadt", "ruhrstadt"]:
        result = evaluate_koeln() if name == "koeln" else evaluate_heldout(name)
        print(f"{name:12}", result.summary())
        if name in sys.argv[1:]:
            for title in (
                "missed",
                "wrong",
                "decoys_linked",
                "candidates_missed",
                "candidates_made",
                "roles_wrong",
                "takes_part_wrong",
            ):
                for line in getattr(result, title):
                    print("    ", title, line)
    made, _ = koeln_linker()
    for half, title in enumerate(("development", "check")):
        roles, part, wrong = evaluate_sentences(made, half)
        print(f"sentences, {title} half: roles {roles:.3f} · takes part {part:.3f}")
        if f"sentences-{title}" in sys.argv[1:]:
            print(*wrong, sep="\n")
    cells = [raw for raw in koeln_cells().values() if raw]
    began = time.perf_counter()
    for raw in cells:
        made.link(raw)
    spent = time.perf_counter() - began
    average = sum(map(len, cells)) / len(cells)
    print(f"{spent / len(cells) * 1e6:.0f} µs per cell of {average:.0f} characters on average")
