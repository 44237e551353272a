"""The nginx example before a real service: TLS, the sub-path, limits, and who a client can claim to be."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from engines import free_port

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NAME = "ziele.stadt.example"
NGINX, OPENSSL = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"), shutil.which("openssl")
QUERY = "SELECT ?s { ?s a <https://w3id.org/zielgraph/ontology#Theme> } LIMIT 2"

pytestmark = pytest.mark.skipif(not (NGINX and OPENSSL), reason="nginx and openssl are needed: apt install nginx-light")


@dataclass(frozen=True)
class Site:
    """nginx at work: its ports, its folder, and the service's access log."""

    secure: int
    plain: int
    folder: Path
    log: Path

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers with small names, body."""
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        plain = socket.create_connection(("127.0.0.1", self.secure), timeout=60)
        with context.wrap_socket(plain, server_hostname=NAME) as secure:
            connection = http.client.HTTPConnection(NAME)
            connection.sock = secure
            named = {name.replace("_", "-") if name[0].isupper() else name: value for name, value in headers.items()}
            connection.request(method, path, body, {"Host": NAME, **named})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def configured(folder: Path, service: int, secure: int, plain: int) -> Path:
    """The example with this machine's ports and paths, in a main configuration."""
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    site = re.sub(r"(?m)^\s*listen \[::\].*\n", "", site)
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{service};"),
        ("/etc/ssl/zielgraph/", f"{folder}/"),
        ("/etc/nginx/zielgraph-proxy.conf", str(DEPLOY / "zielgraph-proxy.conf")),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert before in site, before
        site = site.replace(before, after)
    temporary = "".join(
        f"  {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "main.conf"
    main.write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\n{temporary}{site}}}\n"
    )
    return main


@pytest.fixture(scope="module")
def site(koeln_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    subprocess.run(
        [
            str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
            "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    service, secure, plain = free_port(), free_port(), free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZIELGRAPH_")}
    environment |= {
        "ZIELGRAPH_DATA": str(koeln_folder),
        "ZIELGRAPH_HOSTS": NAME,
        "ZIELGRAPH_PROXY": "127.0.0.1",
        "ZIELGRAPH_ACCESS_LOG": str(folder / "access.log"),
        "ZIELGRAPH_LOG_DETAILS": "clients",
        "ZIELGRAPH_RATE": "0",
    }
    stderr = folder / "stderr"
    with stderr.open("wb") as errors:
        behind = subprocess.Popen(
            [sys.executable, "-m", "zielgraph", "serve", "--port", str(service)], env=environment, stderr=errors
        )
        before = subprocess.Popen(
            [str(NGINX), "-p", str(folder), "-c", str(configured(folder, service, secure, plain))], stderr=errors
        )
    try:
        wait_for(service, behind, stderr)
        wait_for(secure, before, stderr)
        yield Site(secure, plain, folder, folder / "access.log")
    finally:
        for process in (before, behind):
            process.send_signal(signal.SIGTERM)
        assert behind.wait(60) == 0, stderr.read_text("utf-8")
        before.wait(60)


def test_links_work_below_the_sub_path(site: Site) -> None:
    status, headers, body = site.ask("/zielgraph/de/", Accept="text/html")
    assert status == 200
    assert headers["strict-transport-security"]
    links = {link.partition("#")[0] for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', body.decode())}
    assert len(links) > 5
    assert [link for link in links if not link.startswith("/zielgraph/")] == []
    for link in sorted(links)[:25]:
        status, headers, _ = site.ask(link.replace("&amp;", "&"), Accept="text/html,*/*;q=0.5")
        assert status in (200, 302, 303), link
        assert headers.get("location", "/zielgraph/").removeprefix(f"https://{NAME}").startswith("/zielgraph/"), link


@pytest.mark.parametrize(
    ("path", "status"), [("/zielgraph", 308), ("/zielgraph/", 302), ("/zielgraph/id/koeln/actor/jobcenter", 303)]
)
def test_redirects_carry_the_prefix(site: Site, path: str, status: int) -> None:
    answered, headers, _ = site.ask(path, Accept="text/html")
    assert answered == status
    assert headers["location"].removeprefix(f"https://{NAME}").partition(":")[2].partition("/")[0] in (
        "",
        str(site.secure),
    )
    assert re.search(r"^(https://[^/]+)?/zielgraph/", headers["location"])


def test_sparql(site: Site) -> None:
    kind = "application/sparql-results+json"
    status, _, body = site.ask(f"/zielgraph/sparql?query={quote(QUERY)}", Accept=kind)
    assert status == 200
    assert len(json.loads(body)["results"]["bindings"]) == 2
    status, headers, body = site.ask(
        "/zielgraph/sparql", "POST", QUERY.encode(), Content_Type="application/sparql-query", Accept=kind
    )
    assert status == 200
    assert headers["content-type"].startswith(kind)
    status, _, body = site.ask("/zielgraph/sparql", Accept="text/turtle")
    assert status == 200
    assert f"<https://{NAME}/zielgraph/sparql>" in body.decode()


def test_plain_http_leads_to_tls(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.plain, timeout=60)
    connection.request("GET", "/zielgraph/de/?q=1", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{NAME}/zielgraph/de/?q=1")
    connection.close()


def test_nobody_can_claim_another_address_or_path(site: Site) -> None:
    claims = {
        "X-Forwarded-For": "203.0.113.9",
        "x_forwarded_for": "203.0.113.9",
        "X-Real-IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9;host=evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Host": "evil.example",
        "X-Remote-User": "chefin",
    }
    status, _, body = site.ask("/zielgraph/de/?claimed", "GET", None, Accept="text/html", **claims)
    assert status == 200
    assert b"evil" not in body
    time.sleep(0.5)  # the log is written in blocks
    lines = [json.loads(line) for line in site.log.read_text("utf-8").splitlines()]
    assert {line["client"] for line in lines} == {"127.0.0.1"}


def test_numbers_stay_on_the_machine(site: Site) -> None:
    assert site.ask("/zielgraph/health")[0] == 200
    assert site.ask("/zielgraph/metrics")[0] == 404
    assert site.ask("/zielgraph/slow-queries")[0] == 404


def test_limits_and_compression(site: Site) -> None:
    form = "application/x-www-form-urlencoded"
    assert site.ask("/zielgraph/sparql", "POST", b"query=" + b"a" * 1_200_000, Content_Type=form)[0] == 413
    long = f"{QUERY} #{'ä' * 10_000}"
    assert site.ask(f"/zielgraph/sparql?query={quote(long)}", Accept="text/csv")[0] == 200
    _, headers, body = site.ask("/zielgraph/de/", Accept="text/html", Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(body)


def test_queries_are_in_no_log(site: Site) -> None:
    site.ask(f"/zielgraph/sparql?query={quote(QUERY + ' #geheim')}", Accept="text/csv")
    time.sleep(0.5)
    assert "/zielgraph/sparql" in (site.folder / "zielgraph.log").read_text("utf-8")
    for name in ("zielgraph.log", "access.log", "stderr"):
        assert "geheim" not in (site.folder / name).read_text("utf-8"), name
