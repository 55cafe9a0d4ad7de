"""Start everything in one foreground command: prepare, web server, worker. Ctrl-C stops all of it.

This process stays small on purpose: it imports nothing of the house, it only starts, watches and stops.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 10


def main() -> None:
    options = _options()
    url = f"http://{options.host}:{options.port}"
    os.environ.setdefault("TONGBAN_PUBLIC_URL", url)
    _free(options.host, options.port)
    if subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT).returncode:
        raise SystemExit(1)
    signal.signal(signal.SIGTERM, _interrupt)
    children = {"web": _web(options)}
    try:
        _wait_for_answer(f"{url}/healthz", children["web"])
        children["work"] = _work()
        _greet(url)
        _watch(children, options)
    except KeyboardInterrupt:
        print("\nstopping …", flush=True)
    finally:
        _stop(children)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tongban.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=int(os.environ.get("TONGBAN_WORKERS", "2")))
    return parser.parse_args()


def _free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            print(f"Port {port} is taken. Stop what uses it, or choose another: make run PORT={port + 1}", flush=True)
            raise SystemExit(1) from None


def _web(options: argparse.Namespace) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host]
    command += ["--port", str(options.port), "--workers", str(options.workers), "--blocking-threads", "4"]
    command += ["--backlog", "1024", "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]
    # Workers that know of each other answer their figures together.
    environment = os.environ | {"TELEMETRY_WEB_WORKERS": str(options.workers)}
    # A session of its own: Ctrl-C reaches only this process, which then stops the others in order.
    return subprocess.Popen([*command, "tongban.wsgi:application"], cwd=ROOT, env=environment, start_new_session=True)


def _work() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, start_new_session=True)


def _wait_for_answer(url: str, web: subprocess.Popen[bytes]) -> None:
    for _attempt in range(2400):
        if web.poll() is not None:
            raise SystemExit("The web server did not start; the reason stands above.")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own address)
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("The web server does not answer; the reason stands above.")


def _greet(url: str) -> None:
    print(f"\n  通办 Tongban   {url}\n", flush=True)
    greeting = Path(os.environ.get("TONGBAN_VAR", str(ROOT / "var"))) / "greeting.txt"
    if greeting.exists():
        print(greeting.read_text(), flush=True)
    print("  Ctrl-C stops it.\n", flush=True)


def _watch(children: dict[str, subprocess.Popen[bytes]], options: argparse.Namespace) -> None:
    """Start again what died; whatever it had accepted lies in the database."""
    while True:
        time.sleep(1)
        for name, child in list(children.items()):
            if child.poll() is not None:
                print(f"{name} ended with {child.returncode}; starting it again", flush=True)
                time.sleep(1)
                children[name] = _web(options) if name == "web" else _work()


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + PATIENCE_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
