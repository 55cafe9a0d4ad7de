"""One command starts everything and Ctrl-C stops it; what is missing is told in one sentence."""

import ast
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.laws.house import ROOT
from tests.running import at, free_port, prepared
from tongban import modules, settings
from tongban.platform.seals.adapters import tsa
from tongban.platform.seals.stamp_checking import answered
from tongban.settings import env_secret

MAX_SECONDS = 120


def environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TONGBAN_", "DJANGO_"))}
    return kept | {"TONGBAN_VAR": str(folder), "PYTHONUNBUFFERED": "1"}


def serve(folder: Path, port: int | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tongban.serve", "--port", str(port)],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=MAX_SECONDS,
    )


def setup():
    """Return tools/setup.py, which is no module of a package."""
    spec = importlib.util.spec_from_file_location("setup_tool", ROOT / "tools" / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_taken_port_is_told_with_another_one(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = serve(tmp_path / "var", port)

    assert done.returncode == 1
    assert done.stderr == f"Port {port} is taken. Stop what uses it, or choose another: make run PORT={port + 1}\n"


def test_a_folder_one_may_not_write_in_is_told(tmp_path):
    (tmp_path / "file").touch()

    done = serve(tmp_path / "file" / "var", free_port())

    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot write in {tmp_path}/file/var: ")
    assert done.stderr.endswith("Set TONGBAN_VAR to a folder you own, with free space.\n")


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_a_port_that_is_none_is_told(tmp_path, port):
    done = serve(tmp_path / "var", port)

    assert done.returncode == 2
    assert "port" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_keep_keys_is_told_to_every_command(tmp_path):
    (tmp_path / "file").touch()

    done = at(tmp_path / "file" / "var", 0).manage("prepare")

    assert done.returncode == 1
    assert done.stderr == (
        f"Cannot use {tmp_path}/file/var/keys/secret: Not a directory. "
        "Set TONGBAN_VAR to a folder you own, or give TONGBAN_SECRET_KEY.\n"
    )


def test_a_key_that_another_process_made_meanwhile_counts(tmp_path):
    class Late(type(tmp_path)):
        """A file that is made just after somebody looked."""

        def exists(self):
            return False

    file = tmp_path / "keys" / "secret"
    mine = env_secret("TONGBAN_NO_SUCH_KEY", file)

    assert len(mine) >= 48
    assert env_secret("TONGBAN_NO_SUCH_KEY", Late(file)) == mine
    assert [(kept.name, kept.stat().st_mode & 0o777) for kept in file.parent.iterdir()] == [("secret", 0o600)]


def test_a_database_of_another_kind_is_told(tmp_path):
    done = at(tmp_path, 0, TONGBAN_DATABASE="mysql://me:secret@host/name").manage("prepare")

    assert done.returncode == 1
    assert done.stderr.startswith("TONGBAN_DATABASE is sqlite:////absolute/path or postgresql://")
    assert "secret" not in done.stderr


def test_every_module_is_a_room():
    assert not modules.unknown(settings.MODULES, more=(), file=ROOT / "tongban" / "settings.py")


@pytest.mark.parametrize(
    ("entries", "line", "name"),
    [
        ('"tongban.platform.cases",\n"tongban.applications.permit",', 3, "tongban.applications.permit"),
        (
            '"tongban.applications.permits"\n"tongban.applications.ratings",',
            2,
            "tongban.applications.permitstongban.applications.ratings",
        ),
        ('"tongban.platform",\n"tongban.city",', 2, "tongban.platform"),
    ],
)
def test_an_entry_of_modules_that_is_no_room_is_named_with_its_line(tmp_path, entries, line, name):
    file = tmp_path / "settings.py"
    file.write_text(f"MODULES = [\n{entries}\n]\n")
    named = {}
    exec(file.read_text(), named)

    sentence = modules.unknown(named["MODULES"], more=(), file=file)

    assert f"line {line}, names {name}, which" in sentence
    assert "comma" in sentence


def test_a_package_from_outside_that_is_not_there_is_told_at_the_start(tmp_path):
    done = at(tmp_path, 0, TONGBAN_WITH="acme_lost").manage("check")

    assert done.returncode == 1
    assert done.stderr == (
        "TONGBAN_WITH names acme_lost, which is no package that can be imported. "
        "Is it installed in this environment, and spelt right?\n"
    )


@pytest.mark.slow
@pytest.mark.found("D")
def test_a_city_of_its_own_begins_empty_and_its_operator_is_made_as_the_page_says(tmp_path):
    address = "https://ywt.city.gov.cn"
    house = at(tmp_path, 0, TONGBAN_DEMO="false", UI_CITY="某某市", TONGBAN_PUBLIC_URL=address)
    page = (ROOT / "docs" / "operating" / "production.md").read_text()

    done = house.manage("prepare")
    made = house.manage("city", "apply", "deploy/city.toml")

    assert done.returncode == 0, done.stderr
    assert house.manage("catalogue", "list").stdout == "0 guides without online handling\n"
    assert made.returncode == 0, made.stderr
    assert "operator chooses a password here" in made.stdout
    assert "manage.py city apply" in page


@pytest.mark.found("D")
def test_a_city_without_a_name_is_not_prepared(tmp_path):
    done = at(tmp_path, 0, TONGBAN_DEMO="false", TONGBAN_PUBLIC_URL="https://ywt.city.gov.cn").manage("prepare")

    assert done.returncode == 1
    assert "UI_CITY" in done.stderr


def test_a_command_in_an_installation_without_tables_is_told_to_prepare_it(tmp_path):
    done = at(tmp_path, 0).manage("catalogue", "list")

    assert done.returncode == 1
    assert done.stderr == "This installation has no tables yet, or those of an older release. Run: make setup\n"


def test_a_python_that_is_too_old_is_told(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SystemExit):
        setup().python_that_fits()

    assert capsys.readouterr().err == (
        "\nTongban needs Python 3.11 or newer; this is Python 3.9. Install one, then run: make run PYTHON=python3.11\n"
    )


@pytest.mark.parametrize(("what", "asked"), [("lint", []), ("test", ["packages", "papers", "validators"])])
def test_lint_needs_no_browser_and_no_server(monkeypatch, what, asked):
    tool, called = setup(), []
    monkeypatch.setattr(sys, "argv", ["setup.py", what])
    monkeypatch.setattr(tool, "environment", called.append)
    monkeypatch.setattr(tool, "system_packages", lambda: called.append("packages"))
    monkeypatch.setattr(tool, "paper_validator", lambda: called.append("papers"))
    monkeypatch.setattr(tool, "validators", lambda: called.append("validators"))

    tool.main()

    assert called == ["test", *asked]


def test_an_old_python_can_read_the_tool_that_says_so():
    ast.parse((ROOT / "tools" / "setup.py").read_text(), feature_version=(3, 4))


class Started:
    """A house started by the one command, with what it says."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder.with_suffix(".log")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tongban.serve", "--port", str(self.port)],
            cwd=ROOT,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )

    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + MAX_SECONDS
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as answer:
                return answer.status == 200
        except OSError:
            return False

    def family(self) -> list[int]:
        """Return the ids of all processes that this one started, directly or not."""
        found = [self.process.pid]
        for pid in found:
            found += children(pid)
        return found[1:]

    def child(self, words: str) -> int:
        return next(pid for pid in children(self.process.pid) if words in command(pid))


def children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split() if command(int(word))]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def given(pid: int) -> dict[str, str]:
    """Return the environment that a process was started with."""
    lines = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(line.split("=", 1) for line in lines if "=" in line)


@contextmanager
def started(folder: Path) -> Iterator[Started]:
    house = Started(folder)
    try:
        yield house
    finally:
        house.process.terminate()
        house.process.wait(30)


def wait_until(question) -> None:
    until = time.monotonic() + MAX_SECONDS
    while not question():
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which the city was founded before."""
    return prepared(tmp_path_factory.mktemp("house") / "var")


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_one_command_starts_everything_and_stops_all_of_it(folder, how):
    with started(folder) as house:
        house.wait_for("Ctrl-C stops it.")
        family = house.family()
        assert house.answers()

        house.process.send_signal(how)

        assert house.process.wait(20) == 0
        assert len(family) >= 3
        wait_until(lambda: not any(command(pid) for pid in family))
        assert not house.answers()

    assert "preparing" not in house.said()
    assert f"http://127.0.0.1:{house.port}" in house.said()
    assert all(name in house.said() for name in ("lin.xiaoyun", "zhou.wenbo", "chen.jing", "zhao.guoqing", "gao.fei"))


@pytest.mark.slow
def test_what_was_killed_is_started_again(folder):
    with started(folder) as house:
        house.wait_for("Ctrl-C stops it.")

        os.kill(house.child("granian"), signal.SIGKILL)
        os.kill(house.child("manage.py work"), signal.SIGKILL)
        os.kill(house.child("tongban.city.tsa"), signal.SIGKILL)

        house.wait_for("web ended with -9; starting it again")
        house.wait_for("work ended with -9; starting it again")
        house.wait_for("tsa ended with -9; starting it again")
        wait_until(house.answers)
        wait_until(lambda: len(house.family()) >= 4)
        told = given(house.child("manage.py work"))
        stamper = tsa.TimeStampServer(
            told["SEALS_TSA"], roots=[Path(told["SEALS_TSA_ROOTS"]).read_text()], judge=answered
        )
        assert stamper.check() == []


@pytest.mark.slow
def test_nothing_goes_on_where_the_one_command_was_killed(folder):
    with started(folder) as house:
        house.wait_for("Ctrl-C stops it.")
        family = house.family()

        house.process.kill()

        wait_until(lambda: not any(command(pid) for pid in family))
