"""The demonstration's time-stamping authority, running in a process of its own."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.laws.house import ROOT


@dataclass
class Authority:
    """A running authority; what it has to do with others are its address and the certificate that it shows."""

    url: str
    roots: Path
    process: subprocess.Popen[bytes]

    @property
    def settings(self) -> dict[str, str]:
        return {"SEALS_TSA": self.url, "SEALS_TSA_ROOTS": str(self.roots)}


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", "tongban.city.tsa", str(folder), str(listening.fileno())]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[listening.fileno()])
        port = listening.getsockname()[1]
    try:
        yield Authority(f"http://127.0.0.1:{port}/tsr", folder / "certificate.pem", process)
    finally:
        process.kill()
        process.wait()
