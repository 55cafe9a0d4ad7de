"""A house that really runs, in a folder of its own: web server and worker, as `make run` starts them."""

import atexit
import email
import fcntl
import mailbox
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from email import policy
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

from tests.laws.house import ROOT

Made = TypeVar("Made")

PASSWORD = "Tongban-2026"
POSTGRESQL = os.environ.get("TONGBAN_TEST_POSTGRESQL") or os.environ.get("TONGBAN_DATABASE", "")
# With doors named elsewhere no gateways to devices are started, and no devices that speak to them: few tests need them.
NO_DEVICES = {"ENVIRONMENT_HJ212_PORT": "7001", "SAFECITY_GB28181_PORT": "5060", "EMERGENCY_BROADCAST": ""}
DEVICES = dict.fromkeys(NO_DEVICES)
# Where the test runs of one check find the house that the first of them prepared.
PREPARED = os.environ.get("TONGBAN_TEST_PREPARED", "")


class Email(NamedTuple):
    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class House:
    """A running installation. url: where it answers; folder: where its data lies."""

    url: str
    folder: Path
    environment: dict[str, str]

    @property
    def log(self) -> str:
        return (self.folder / "house.log").read_text()

    def wait_for_log(self, words: str) -> None:
        """Wait until the log says something; what a house does and what it says of it are not one moment."""
        end = time.monotonic() + 60
        while words not in self.log:
            assert time.monotonic() < end, self.log
            time.sleep(0.05)

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def letters(self) -> list[Email]:
        """Return what lies in the local mailbox."""
        box = mailbox.Maildir(
            self.folder / "mail", factory=partial(email.message_from_binary_file, policy=policy.default)
        )
        return [Email(str(mail["To"]), str(mail["Subject"]), mail.get_content()) for mail in box]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def at(folder: Path, port: int, **more: str | None) -> House:
    """Describe a house of its own: no setting of the test run reaches it. None: without what is said here."""
    said = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("TONGBAN_", "DJANGO_"))},
        "TONGBAN_DEMO_CASES": "0",
        "TONGBAN_VAR": str(folder),
        "TONGBAN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TONGBAN_WORKERS": "1",
        "JOBS_NICE": "0",  # a test waits for the worker, and other tests keep the processors busy
        **NO_DEVICES,
        **more,
    }
    environment = {name: value for name, value in said.items() if value is not None}
    return House(f"http://127.0.0.1:{port}", folder, environment)


def prepared(folder: Path) -> Path:
    """Prepare a house in that folder, on SQLite; all of them are copies of one."""
    _copy(_prepared(), at(folder, 0))
    return folder


@contextmanager
def prepared_on(server: str, folder: Path) -> Iterator[str]:
    """Prepare a house in that folder and on a PostgreSQL server: a copy as well. Give the address of its database."""
    original = _prepared_on(server)
    with database(server, like=original.environment["TONGBAN_DATABASE"]) as address:
        _copy(original.folder, at(folder, 0, TONGBAN_DATABASE=address))
        yield address


@contextmanager
def database(server: str, *, like: str = "") -> Iterator[str]:
    """Make a database of its own on the offered server: an empty one, or a copy of the one at this address."""
    name = f"house_{uuid4().hex[:12]}"
    template = f' TEMPLATE "{urlsplit(like).path[1:]}"' if like else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{template}')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _copy(original: Path, house: House) -> None:
    shutil.copytree(original, house.folder, dirs_exist_ok=True)
    here = "from tongban.city import freshness; freshness.remember()"  # or it would be prepared again
    subprocess.run([sys.executable, "-c", here], cwd=ROOT, env=house.environment, check=True)


@cache
def _prepared() -> Path:
    place = Path(PREPARED or _until_the_end(tempfile.TemporaryDirectory(prefix="tongban-prepared-")))
    folder, done = place / "house", place / "done"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _prepare(at(folder, 0))
            done.touch()
    return folder


@cache
def _prepared_on(server: str) -> House:
    folder = Path(_until_the_end(tempfile.TemporaryDirectory(prefix="tongban-prepared-")))
    house = at(folder, 0, TONGBAN_DATABASE=_until_the_end(database(server)))
    _prepare(house)
    return house


def _until_the_end(thing: AbstractContextManager[Made]) -> Made:
    """Keep something as long as the test run goes."""
    kept = ExitStack()
    atexit.register(kept.close)
    return kept.enter_context(thing)


def _prepare(house: House) -> None:
    done = house.manage("prepare")
    assert done.returncode == 0, done.stderr


def answers(house: House) -> bool:
    try:
        with urllib.request.urlopen(f"{house.url}/healthz", timeout=2):
            return True
    except OSError:
        return False


def days_ahead(days: int) -> dict[str, str]:
    """Return the settings of a house whose clock is so many days ahead."""
    return {"DJANGO_SETTINGS_MODULE": "tests.later", "HOUSE_DAYS_AHEAD": str(days)}


@contextmanager
def running(folder: Path, **more: str | None) -> Iterator[House]:
    """Start the house in that folder, wait until it answers, and stop it at the end.

    more   further settings, as environment variables; None for one that is not set
    """
    house = at(folder, free_port(), **more)
    with (folder / "house.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tongban.serve", "--port", house.url.rpartition(":")[2]],
            cwd=ROOT,
            env=house.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            for _attempt in range(1500):  # a house that is founded on two busy cores takes its time
                assert process.poll() is None, house.log
                if answers(house):
                    break
                time.sleep(0.2)
            else:
                raise AssertionError(f"the house does not answer\n{house.log}")
            yield house
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
