"""A PostgreSQL server of our own for the time of a test run: on loopback, in a temporary folder, always stopped."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# A test run may lose its data: nothing waits for the disk.
CAREFREE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


@contextmanager
def throw_away_server(*, options: list[str] = CAREFREE) -> Iterator[str]:
    """Start a server, give its address "postgresql://…/tongban", stop it and remove its data.

    options   settings such as "shared_buffers=256MB"; the default ones do without any durability
    """
    folder = Path(tempfile.mkdtemp(prefix="tongban-postgresql-"))
    who = _unprivileged()
    try:
        if who:
            shutil.chown(folder, who["user"], who["group"])
        _call("initdb", "-D", str(folder / "data"), "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "postgres",
              "--no-sync", cwd=folder, **who)  # fmt: skip
        port = _free_port()
        with (folder / "log").open("w") as log:
            settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", *options]
            command = [_program("postgres"), "-D", str(folder / "data")]
            for setting in settings:
                command += ["-c", setting]
            server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **who)
        try:
            _wait_for_answer(server, port, folder / "log")
            _call("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "tongban", cwd=folder)
            yield f"postgresql://postgres@127.0.0.1:{port}/tongban"
        finally:
            server.send_signal(2)  # SIGINT: end sessions, then stop
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.send_signal(3)
                server.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
    for _attempt in range(300):
        if server.poll() is None and _answers(port):
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text()}")


def _answers(port: int) -> bool:
    ready = [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    return subprocess.run(ready, check=False).returncode == 0
