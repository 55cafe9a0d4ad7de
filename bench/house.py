"""The whole product, started for a benchmark: its own folder, its own database, its own web server and worker."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.figures import say

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from postgresql import throw_away_server  # noqa: E402

# Everything about durability stays as PostgreSQL ships it: fsync, synchronous_commit and full_page_writes are on.
AS_SHIPPED: list[str] = []
STOP_SECONDS = 20


class House:
    """One installation.

    database   address as TONGBAN_DATABASE takes it
    address    of the web server while it runs, "http://127.0.0.1:…"
    """

    def __init__(self, var: Path, database: str) -> None:
        self.var, self.database = var, database
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._serving: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return the product's own defaults, with a folder and a database of our own."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("TONGBAN_", "DJANGO_", "PG"))}
        return clean | {
            "TONGBAN_VAR": str(self.var),
            "TONGBAN_DEMO_CASES": "0",  # what is measured begins with an empty desk
            "TONGBAN_DATABASE": self.database,
            "TONGBAN_PUBLIC_URL": self.address,
            "PYTHONUNBUFFERED": "1",
        }

    def manage(self, *words: str) -> None:
        self._run([sys.executable, "manage.py", *words])

    def inside(self, script: str, *words: object, given: str = "") -> Any:
        """Run `bench/inside/<script>.py` with this house's settings; return the JSON it prints last.

        given   what it reads from its standard input
        """
        said = self._run([sys.executable, "-m", f"bench.inside.{script}", *map(str, words)], given)
        return json.loads(said.strip().splitlines()[-1])

    def start(self) -> float:
        """Start web server and worker as `make run` does; return the seconds until the first page was answered."""
        began = time.perf_counter()
        log = (self.var / "serve.log").open("ab")
        self._serving = subprocess.Popen(
            [sys.executable, "-m", "tongban.serve", "--port", str(self.port)],
            cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        while True:
            if self._serving.poll() is not None:
                raise SystemExit(f"the product did not start:\n{self.log()}")
            try:
                with urllib.request.urlopen(f"{self.address}/", timeout=30) as answer:
                    answer.read()
                    return time.perf_counter() - began
            except OSError:
                time.sleep(0.02)

    def stop(self) -> None:
        if self._serving is None:
            return
        self._serving.send_signal(signal.SIGTERM)
        try:
            self._serving.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for pid in self.processes():
                os.kill(pid, signal.SIGKILL)
            self._serving.wait()
        self._serving = None

    def processes(self) -> list[int]:
        """Return the ids of everything that `make run` has started: itself, web server, web workers, worker."""
        if self._serving is None:
            return []
        found, children = [self._serving.pid], _children()
        for pid in found:
            found += children.get(pid, [])
        return found

    def log(self) -> str:
        file = self.var / "serve.log"
        return file.read_text()[-4000:] if file.exists() else ""

    def _run(self, command: list[str], given: str = "") -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=given, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command[1:])} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def house(kind: str, *, options: list[str] = AS_SHIPPED) -> Iterator[House]:
    """Found the demonstration's city on "sqlite" or "postgresql", start everything, and remove all of it afterwards."""
    with founded(kind, options=options) as made:
        try:
            made.start()
            yield made
        finally:
            made.stop()


@contextmanager
def founded(kind: str, *, options: list[str] = AS_SHIPPED) -> Iterator[House]:
    """Found the demonstration's city; nothing is started yet."""
    var = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    say(f"founding a city on {kind}")
    try:
        if kind == "sqlite":
            made = House(var, f"sqlite:///{var}/tongban.sqlite3")
            made.manage("prepare")
            yield made
        else:
            with throw_away_server(options=options) as address:
                made = House(var, address)
                made.manage("prepare")
                yield made
    finally:
        shutil.rmtree(var, ignore_errors=True)


def resident_mib(pids: list[int]) -> float:
    """Return the resident memory of these processes; pages that they share are counted once for each."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return total / 1024


def processor_s(pids: list[int]) -> float:
    """Return for how long these processes have had a processor; what other work takes from them is not in it."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def shared_mib(pids: list[int]) -> float:
    """Return the memory of these processes, a page that several share divided among them."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            found.setdefault(parent, []).append(int(entry.name))
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
