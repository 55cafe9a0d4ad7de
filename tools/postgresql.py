"""A PostgreSQL server of our own for the time of a test run: on loopback, in a temporary folder, always stopped."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# A test run may lose its data: nothing waits for the disk.
CAREFREE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


class Server:
    """A server in a folder of its own. address: "postgresql://…/tongban", the same after each start."""

    def __init__(self, folder: Path, options: list[str]) -> None:
        self.folder = folder
        self.port = _free_port()
        self.address = f"postgresql://postgres@127.0.0.1:{self.port}/tongban"
        self._options = options
        self._who = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make the folder a home for a server that trusts everybody on this machine."""
        if self._who:
            shutil.chown(self.folder, self._who["user"], self._who["group"])
        _call("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U",
              "postgres", "--no-sync", cwd=self.folder, **self._who)  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers; after it was killed it first makes good what it had accepted."""
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}"]
        command = [_program("postgres"), "-D", str(self.folder / "data")]
        for setting in [*settings, *self._options]:
            command += ["-c", setting]
        with (self.folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **self._who
            )
        _wait_for_answer(self._process, self.port, self.folder / "log")

    def create(self, name: str) -> None:
        _call("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", name, cwd=self.folder)

    def kill(self) -> None:
        """Let it vanish as in a crash: from one moment to the next nobody is there."""
        if self._process is None:
            return
        pids = [self._process.pid, *_children(self._process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        # While one of them is left, the folder is taken for one that is in use.
        _wait_until(lambda: not any(_is_alive(pid) for pid in pids), "PostgreSQL's processes do not end")

    def stop(self) -> None:
        """End sessions, then stop."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(10)


@contextmanager
def server(*, options: list[str] = CAREFREE) -> Iterator[Server]:
    """Start a server with an empty database, and in the end stop it and remove its data.

    options   settings such as "shared_buffers=256MB"; the default ones do without any durability
    """
    folder = Path(tempfile.mkdtemp(prefix="tongban-postgresql-"))
    try:
        made = Server(folder, options)
        made.make()
        try:
            made.start()
            made.create("tongban")
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throw_away_server(*, options: list[str] = CAREFREE) -> Iterator[str]:
    """Start such a server, and give only its address."""
    with server(options=options) as made:
        yield made.address


def _unprivileged() -> dict[str, Any]:
    """Return as whom to start the server: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    user = next((name for name in ("postgres", "nobody") if _known(name)), None)
    if user is None:
        raise SystemExit("PostgreSQL does not run as root, and this machine has no user named postgres or nobody.")
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _known(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def _program(name: str) -> str:
    """Return where one of PostgreSQL's programs lies; the newest version wins."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = str(places[-1]) if places else shutil.which(name)
    if not found:
        raise SystemExit(f"PostgreSQL's {name} is missing. Install PostgreSQL: sudo apt-get install postgresql")
    return found


def _call(program: str, *words: str, **how: Any) -> None:
    done = subprocess.run([_program(program), *words], capture_output=True, text=True, check=False, **how)
    if done.returncode:
        raise SystemExit(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_answer(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    _wait_until(lambda: server.poll() is not None or _answers(port), f"PostgreSQL does not answer; see {log}")
    if server.poll() is not None:
        raise SystemExit(f"PostgreSQL did not start:\n{log.read_text()}")


def _wait_until(done: Callable[[], bool], otherwise: str) -> None:
    for _attempt in range(300):
        if done():
            return
        time.sleep(0.1)
    raise SystemExit(otherwise)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_alive(pid: int) -> bool:
    """Say whether a process still runs; one that only waits to be mourned does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _answers(port: int) -> bool:
    ready = [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    return subprocess.run(ready, check=False).returncode == 0
