"""Start everything in one foreground command: prepare, web server, worker, what stands in for others. Ctrl-C stops it.

This process stays small on purpose: it imports nothing of the house, it only starts, watches and stops.
"""

import argparse
import contextlib
import ctypes
import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from tongban import addresses

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("TONGBAN_VAR", str(ROOT / "var")))
STOP_TIMEOUT_SECONDS = 10
START_TIMEOUT_SECONDS = 120
MAX_BACKOFF_SECONDS = 30
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux
# Memory that a sign-in or a letter needed goes back to the system, instead of staying with one of many heaps.
MALLOC_ENV = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}

Child = subprocess.Popen[bytes]


def main() -> None:
    options = _options()
    os.environ.setdefault("TONGBAN_PUBLIC_URL", f"http://{_local(options.host)}:{options.port}")
    _check_address()
    _check_port(options.host, options.port)
    _check_folder()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    children: dict[str, Child] = {}
    try:
        _prepare(children)
        start: dict[str, Callable[[], Child]] = {"web": lambda: _web(options), "work": _work}
        if _is_demo():
            start |= _stand_ins(options)
            children |= {name: start[name]() for name in start if name not in {"web", "work"}}
        children["web"] = _web(options)
        _wait_for_answer(options, children["web"])
        children["work"] = _work()
        _greet()
        _watch(children, start)
    except KeyboardInterrupt:
        _say("\nstopping …")
    finally:
        _stop(children)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tongban.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--workers", type=int, default=os.environ.get("TONGBAN_WORKERS") or _workers())
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


def _workers() -> int:
    """Return how many web workers suit the database: the embedded one lets one writer in at a time."""
    return 2 if os.environ.get("TONGBAN_DATABASE", "sqlite:").startswith("postgresql") else 1


def _local(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104 (an answer to it, not a wish for it)


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            _give_up(f"Port {port} is reserved for the system. Choose one above 1023: make run PORT=8000")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                _give_up(f"This machine cannot listen at {host}:{port}: {error.strerror}. Choose another address.")
            other = port + 1 if port < 65535 else 8000
            _give_up(f"Port {port} is taken. Stop what uses it, or choose another: make run PORT={other}")


def _check_address() -> None:
    problem = addresses.unfit(os.environ["TONGBAN_PUBLIC_URL"], demo=_is_demo(), debug=_is_on("TONGBAN_DEBUG", ""))
    if problem:
        _give_up(problem)


def _is_demo() -> bool:
    return _is_on("TONGBAN_DEMO", "true")


def _is_on(name: str, default: str) -> bool:
    return os.environ.get(name, default).strip().lower() in {"1", "true", "yes", "on"}


def _check_folder() -> None:
    try:
        VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = VAR / f".probe-{os.getpid()}"
        probe.write_bytes(b"?")
        probe.unlink()
    except OSError as error:
        _give_up(f"Cannot write in {VAR}: {error.strerror}. Set TONGBAN_VAR to a folder you own, with free space.")


def _give_up(sentence: str) -> NoReturn:
    raise SystemExit(sentence)


def _prepare(children: dict[str, Child]) -> None:
    """Bring the installation up to date; where nothing changed, that is known without loading the house."""
    question = [sys.executable, "-m", "tongban.city.freshness"]
    if subprocess.run(question, cwd=ROOT, stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return
    children["preparation"] = _start(sys.executable, "manage.py", "prepare")
    if children["preparation"].wait():
        _give_up("The installation could not be prepared; the reason stands above.")
    del children["preparation"]


def _web(options: argparse.Namespace) -> Child:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host]
    command += ["--port", str(options.port), "--workers", str(options.workers), "--blocking-threads", "16"]
    command += ["--backlog", "1024", "--no-ws", "--log-level", "error", "--respawn-failed-workers"]
    # Workers that know of each other answer their figures together.
    return _start(*command, "tongban.wsgi:application", TELEMETRY_WEB_WORKERS=str(options.workers))


def _work() -> Child:
    return _start(sys.executable, "manage.py", "work")


def _stand_ins(options: argparse.Namespace) -> dict[str, Callable[[], Child]]:
    """Return how to start what stands in for others in a demonstration, where the operator names nobody else."""
    found: dict[str, Callable[[], Child]] = {}
    if "SEALS_TSA" not in os.environ:
        found["tsa"] = partial(_tsa, _tsa_door())
    found |= _counterparts(options)
    here = urlsplit(os.environ["TONGBAN_PUBLIC_URL"]).hostname in {"127.0.0.1", "localhost"}
    if "ASSURANCE_VERIFIER_URL" not in os.environ and here:  # it listens for this machine alone
        found["verifier"] = _verifier()
    return found | _gateways()


def _gateways() -> dict[str, Callable[[], Child]]:
    """Return how to start the gateways to devices, with some of the demonstration that speak to each."""
    found: dict[str, Callable[[], Child]] = {}
    if "ENVIRONMENT_HJ212_PORT" not in os.environ and _has("tongban.applications.environment"):
        found |= _loggers()
    if "SAFECITY_GB28181_PORT" not in os.environ and _has("tongban.applications.safecity"):
        found |= _cameras()
    if "EMERGENCY_BROADCAST" not in os.environ and _has("tongban.applications.emergency"):
        found |= _emergency()
    return found


def _counterparts(options: argparse.Namespace) -> dict[str, Callable[[], Child]]:
    """Return how to start the counterparts that a browser reaches too."""
    found: dict[str, Callable[[], Child]] = {}
    counterpart = partial(_counterpart, options)
    for channel in ("wechat", "alipay"):
        if (setting := f"PAYMENTS_{channel.upper()}") not in os.environ:
            found[channel] = counterpart("paying", VAR / "paying" / channel, {setting: "merchant.json"}, channel)
    if "LINKING_NATIONAL" not in os.environ and "LINKING_WECHAT" not in os.environ:
        accounts = {"LINKING_NATIONAL": "national.json", "LINKING_WECHAT": "wechat.json"}
        found["vouching"] = counterpart("vouching", VAR / "vouching", accounts)
    for carrier in ("sf", "ems"):
        if (setting := f"DELIVERY_{carrier.upper()}") not in os.environ:
            folder = VAR / "posting" / carrier
            found[carrier] = counterpart("posting", folder, {setting: "merchant.json"}, carrier, house=True)
    for module, setting in (("texting", "SMS_ALIYUN"), ("actuating", "ACTUATION_TASKING")):
        if setting not in os.environ:
            found[module] = counterpart(module, VAR / module, {setting: "merchant.json"})
    return found


def _has(room: str) -> bool:
    return room not in os.environ.get("TONGBAN_WITHOUT", "").split(",")


def _loggers() -> dict[str, Callable[[], Child]]:
    """Open the door of the gateway to data loggers, and let loggers of the demonstration speak to it."""
    door = socket.create_server(("127.0.0.1", 0), backlog=4096)
    speaking = [sys.executable, "-m", "tongban.applications.environment.adapters.logger", str(door.getsockname()[1])]
    return {
        "hj212": partial(_start, sys.executable, "manage.py", "hj212", "--door", str(door.fileno()), inherited=[door]),
        "loggers": partial(_start, *speaking),
    }


def _cameras() -> dict[str, Callable[[], Child]]:
    """Open the doors of the gateway to cameras and alarm devices, and let some of the demonstration speak to it."""
    stream = socket.create_server(("127.0.0.1", 0), backlog=512)
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(stream.getsockname())
    doors = [stream, datagrams]
    numbers = [str(door.fileno()) for door in doors]
    speaking = [sys.executable, "-m", "tongban.applications.safecity.adapters.device", str(stream.getsockname()[1])]
    return {
        "gb28181": partial(_start, sys.executable, "manage.py", "gb28181", "--doors", *numbers, inherited=doors),
        "cameras": partial(_start, *speaking),
    }


def _emergency() -> dict[str, Callable[[], Child]]:
    """Open the doors of the gateway to fire panels and of the broadcasting platform; let a panel speak to the first."""
    door, platform = (socket.create_server(("127.0.0.1", 0)) for _door in range(2))
    account = VAR / "broadcasting" / "account.json"
    os.environ["EMERGENCY_BROADCAST"] = str(account)
    adapter = "tongban.applications.emergency.adapters"
    gateway, showing = str(door.fileno()), str(platform.fileno())
    speaking = [sys.executable, "-m", f"{adapter}.panel", str(door.getsockname()[1])]
    return {
        "gb26875": partial(_start, sys.executable, "manage.py", "gb26875", "--door", gateway, inherited=[door]),
        "broadcasting": partial(
            _start, sys.executable, "-m", f"{adapter}.loudspeakers", str(account), showing, inherited=[platform]
        ),
        "panel": partial(_start, *speaking),
    }


def _counterpart(
    options: argparse.Namespace, module: str, folder: Path, accounts: dict[str, str], *words: str, house: bool = False
) -> Callable[[], Child]:
    """Open the door of a counterpart, where a browser reaches it, and tell all of it.

    accounts   setting -> name of the file in which the account stands; words: what its command line begins with
    house      whether it is told our own address
    """
    door = socket.create_server((options.host, 0))
    os.environ |= {setting: str(folder / name) for setting, name in accounts.items()}
    host = urlsplit(os.environ["TONGBAN_PUBLIC_URL"]).hostname or "127.0.0.1"
    command = [sys.executable, "-m", f"tongban.city.{module}", *words, str(folder), str(door.fileno())]
    command += [f"http://{host}:{door.getsockname()[1]}"]
    command += [f"http://{_local(options.host)}:{options.port}"] if house else []
    return partial(_start, *command, inherited=[door])


def _verifier() -> Callable[[], Child]:
    """Choose where the counterpart that verifies real persons listens, and tell all of it."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = str(door.getsockname()[1])
    os.environ |= {
        "ASSURANCE_VERIFIER_URL": f"http://127.0.0.1:{port}",
        "ASSURANCE_VERIFIER_SECRET": secrets.token_urlsafe(32),
    }
    return partial(_start, sys.executable, "manage.py", "verifier", "--port", port)


def _tsa_door() -> socket.socket:
    """Open the door of the demonstration's time-stamping authority, which outlives it, and tell all where it is."""
    door = socket.create_server(("127.0.0.1", 0))
    folder = VAR / "tsa"
    os.environ |= {
        "SEALS_TSA": f"http://127.0.0.1:{door.getsockname()[1]}/",
        "SEALS_TSA_ROOTS": str(folder / "certificate.pem"),
    }
    return door


def _tsa(door: socket.socket) -> Child:
    return _start(sys.executable, "-m", "tongban.city.tsa", str(VAR / "tsa"), str(door.fileno()), inherited=[door])


def _start(*command: str, inherited: Sequence[socket.socket] = (), **environment: str) -> Child:
    """Start a child in a session of its own: Ctrl-C reaches only this process, which stops the others in order."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=MALLOC_ENV | os.environ | environment,
        pass_fds=[door.fileno() for door in inherited],
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 (no threads here)
    )


def _die_with_parent() -> None:
    """Let the system end this child should the parent be killed without a chance to do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def _wait_for_answer(options: argparse.Namespace, web: Child) -> None:
    until = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < until:
        if web.poll() is not None:
            _give_up("The web server did not start; the reason stands above.")
        if _answers(_local(options.host), options.port):
            return
        time.sleep(0.05)
    _give_up("The web server does not answer; the reason stands above.")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


def _greet() -> None:
    print(f"\n  通办 Tongban   {os.environ['TONGBAN_PUBLIC_URL']}\n", flush=True)
    greeting = VAR / "greeting.txt"
    if greeting.exists():
        print(greeting.read_text(), flush=True)
    print("  Ctrl-C stops it.\n", flush=True)


def _watch(children: dict[str, Child], start: dict[str, Callable[[], Child]]) -> NoReturn:
    """Start again what died, more slowly each time; whatever it had accepted lies in the database."""
    pause = dict.fromkeys(start, 1)
    while True:
        time.sleep(1)
        for name, child in list(children.items()):
            if child.poll() is None:
                continue
            _say(f"{name} ended with {child.returncode}; starting it again")
            _end(child)
            time.sleep(pause[name])
            pause[name] = min(pause[name] * 2, MAX_BACKOFF_SECONDS)
            children[name] = start[name]()


def _say(text: str) -> None:
    """Print; where that is not possible, as into a file on a full disk, the house matters more than the line."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def _stop(children: dict[str, Child]) -> None:
    """Ask all to stop; end those that do not within some seconds. A second Ctrl-C changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + STOP_TIMEOUT_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _say("something does not stop by itself; ending it")
        _end(child)


def _end(child: Child) -> None:
    """End what is left of a child's whole session, such as web workers whose main process is gone."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        child.poll()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
