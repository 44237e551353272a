"""First byte and weight of every kind of page, and a resource page beside Trifid's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.drawn import network_rows
from benchmarks.measure import Bench, Row, RunError, Section, median
from benchmarks.pagewalk import Page, Site
from benchmarks.sparqlservers import zielgraph
from benchmarks.trifid import TRIFID, trifid

#: Milliseconds to the first byte that no page may need longer than.
LIMITS = {"small": 50.0, "large": 150.0}
#: Kilobytes of a page with everything it loads.
WEIGHT = 100.0
_TIMES = 20
_START = "/de/"
_ROOT = "https://w3id.org/"
_BASE = "zielgraph/id/"


def pages(bench: Bench, sizes: Sequence[str]) -> Section:
    """Every kind of page at every size, slowest first."""
    section = Section(
        "Pages: first byte and weight",
        "The state of generated reports (`benchmarks/sparqldata.py`: small about 119 000 triples, large 1.2 million)\n"
        "behind `zielgraph serve`, asked over one connection by a client on the same machine that accepts Brotli and\n"
        "knows nothing yet (no conditional request). Pages are found by walking the site's own links from\n"
        f"{_START}, one for each kind of address. Measured is the 95th percentile of {_TIMES} requests, from\n"
        "sending the request to the first byte of the answer; the baseline is the limit,\n"
        f"{LIMITS['small']:.0f} ms or {LIMITS['large']:.0f} ms, so **a ratio below 1 keeps it**.\n"
        "Weight is the page and everything it loads as it came over the wire, without graph library, editor and\n"
        "fonts. Trifid renders the same measure from the Oxigraph server with the same triples.",
    )
    for size in sizes:
        found = bench.run("-m", "benchmarks.sparqldata", str(bench.work / "sparql"), size, limit=1800).json()
        data, file = Path(found["data"]), Path(found["file"])
        section.rows.append(Row(f"**{size}**: triples of the state", found["triples"], ""))
        try:
            with zielgraph(bench, data, file) as server:
                try:  # first, while no page has had the places computed
                    drawn = network_rows(size, server.port)
                except RunError as error:
                    drawn = [Row(f"{size}: whole network drawn in Chromium", None, "ms", remark=str(error))]
                measure, own = _own(bench, section, size, Site(server.port))
                section.rows += drawn
        except RunError as error:
            section.rows.append(Row(f"{size}: pages", None, "ms", remark=str(error)))
            continue
        try:
            with trifid(bench, data, file, _ROOT) as server:
                bench.note(f"  {size}, {TRIFID}")
                times = _first_bytes(Site(server.port), f"/{_BASE}{measure.removeprefix(_START)}")
            remark = f"p95 {_p95(own):.1f} ms against {_p95(times):.1f} ms"
            row = Row(f"{size}: page of a measure, median", median(own), "ms", TRIFID, median(times), remark)
        except RunError as error:
            row = Row(f"{size}: page of a measure, median", median(own), "ms", TRIFID, remark=str(error))
        section.rows.append(row)
    return section


def _own(bench: Bench, section: Section, size: str, site: Site) -> tuple[str, list[float]]:
    """Rows of our pages. Gives the address of a measure's page and its times."""
    timed: list[tuple[Page, list[float]]] = []
    for page in site.walk(_START):
        if page.status == 200:
            bench.note(f"  {size}, {page.kind}")
            timed.append((page, _first_bytes(site, page.address)))
        elif page.status >= 500:
            section.rows.append(Row(f"{size}: {page.kind}", None, "ms", remark=f"status {page.status}: {page.address}"))
    timed.sort(key=lambda each: -_p95(each[1]))
    for page, times in timed:
        remark = f"p50 {median(times):.1f} ms; page alone {page.size / 1000:.1f} kB; `{page.address[:80]}`"
        section.rows.append(Row(f"{size}: {page.kind}", _p95(times), "ms", "limit", LIMITS[size], remark))
    weights = {page.kind: site.weight(page) / 1000 for page, _ in timed}
    heaviest = max(weights, key=lambda kind: weights[kind])
    section.rows.append(Row(f"{size}: heaviest page", weights[heaviest], "kB", "limit", WEIGHT, heaviest))
    found = [(page.address, times) for page, times in timed if page.kind == "measure/*"]
    if not found:
        raise RunError("no link led to the page of a measure")
    return found[0]


def _first_bytes(site: Site, address: str) -> list[float]:
    """Milliseconds to the first byte, of so many requests after a first one that does not count."""
    if (status := site.get(address)[1].status) != 200:
        raise RunError(f"{address} is answered with {status}")
    return [site.get(address)[0] * 1000 for _ in range(_TIMES)]


def _p95(times: Sequence[float]) -> float:
    """The nearest-rank 95th percentile."""
    return sorted(times)[-(-len(times) * 95 // 100) - 1]
