"""The systemd unit and the container file, as far as they can be checked without systemd and a container engine."""

from __future__ import annotations

import ast
import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from zielgraph import settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ANALYZE = shutil.which("systemd-analyze")
VARIABLES = {each.variable for each in settings.SETTINGS}


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there."""
    text = (DEPLOY / "zielgraph.service").read_text("utf-8")
    assert "ExecStart=/opt/zielgraph/bin/zielgraph serve" in text
    path = tmp_path / "zielgraph.service"
    path.write_text(text.replace("/opt/zielgraph/bin/zielgraph", sys.executable))
    return path


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(unit: Path) -> None:
    done = subprocess.run([str(ANALYZE), "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_the_unit_is_well_closed(unit: Path) -> None:
    command = [str(ANALYZE), "security", "--offline=true", "--no-pager", "--threshold=20", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "--offline" in done.stderr:
        pytest.skip("this systemd-analyze is too old to look at files")
    assert done.returncode == 0, done.stdout[-2000:]


def test_the_unit_waits_for_running_answers() -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "zielgraph.service", "utf-8")
    given = parser["Service"]
    # the longest query, its answer, and the end of the workers
    assert int(given["TimeoutStopSec"]) >= settings.load({}).write_seconds + 15
    assert given["KillMode"] == "mixed"
    assert given["NoNewPrivileges"] == "yes"
    assert given["ProtectSystem"] == "strict"


def test_settings_in_examples_exist() -> None:
    for path in sorted(DEPLOY.iterdir()):
        named = set(re.findall(r"\bZIELGRAPH_[A-Z_]+\b", path.read_text("utf-8")))
        assert named <= VARIABLES, path.name


# --- the container file

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """Instructions of the container file in order, continued lines joined."""
    lines = [line for line in (DEPLOY / "Containerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    found = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name, rest.strip()) for name, _, rest in found]


def last_stage() -> list[Instruction]:
    whole = instructions()
    start = max(number for number, (name, _) in enumerate(whole) if name == "FROM")
    return whole[start:]


def test_the_image_runs_without_rights() -> None:
    known = {"FROM", "WORKDIR", "ENV", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"}
    assert {name for name, _ in instructions()} <= known | {"ENTRYPOINT", "CMD"}
    stage = last_stage()
    names = [name for name, _ in stage]
    user = next(rest for name, rest in stage if name == "USER")
    assert all(int(number) >= 1000 for number in user.split(":"))
    assert "RUN" not in names[names.index("USER") :]
    assert "--from=build" in next(rest for name, rest in stage if name == "COPY")


def test_what_is_copied_is_there() -> None:
    for name, rest in instructions():
        if name == "COPY" and "--from" not in rest:
            for source in shlex.split(rest)[:-1]:
                assert (ROOT / source).exists(), source


def test_every_package_is_pinned_by_its_hash() -> None:
    installs = [
        command
        for name, rest in instructions()
        if name == "RUN"
        for command in rest.split("&&")
        if "pip install" in command
    ]
    assert installs
    for command in installs:
        hashed = "--require-hashes" in command and "-r requirements/" in command
        assert hashed or "--no-deps /tmp/dist/" in command, command
    for name in ("runtime.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text("utf-8")
        packages = re.findall(r"(?m)^[a-z][\w.\-]*(?:\[[\w,]+\])?==.*(?:\n[ #].*)*", text)
        assert len(packages) > 10
        assert [each.split("==")[0] for each in packages if "--hash=sha256:" not in each] == []


def test_the_health_check_and_the_command_work(tmp_path: Path) -> None:
    parts = dict(instructions())
    check = json.loads(parts["HEALTHCHECK"].partition("CMD ")[2])
    assert check[:2] == ["python", "-c"]
    ast.parse(check[2])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZIELGRAPH_")}
    environment |= {"ZIELGRAPH_DATA": str(tmp_path), "ZIELGRAPH_PORT": "0", "ZIELGRAPH_ACCESS_LOG": ""}
    command = [*json.loads(parts["ENTRYPOINT"]), *json.loads(parts["CMD"])]
    assert command == ["zielgraph", "serve"]
    service = subprocess.Popen(
        [sys.executable, "-m", *command], env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert service.stderr
        port = service.stderr.readline().split()[3].rstrip("/").rpartition(":")[2]
        healthy = [sys.executable, *check[1:]]
        assert subprocess.run(healthy, env=environment | {"ZIELGRAPH_PORT": port}, check=False).returncode == 0
    finally:
        service.terminate()
        assert service.wait(60) == 0
        if service.stderr:
            service.stderr.close()
    gone = subprocess.run(healthy, env=environment | {"ZIELGRAPH_PORT": port}, check=False, capture_output=True)
    assert gone.returncode != 0
