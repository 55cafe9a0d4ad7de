"""The demonstration's time-stamping authority, running in a process of its own that may be killed."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.laws.house import ROOT

STARTING_SECONDS = 30


@dataclass
class Authority:
    """An authority; what others know of it are its address and the certificate that it shows."""

    folder: Path
    door: socket.socket
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.door.getsockname()[1]}/tsr"

    @property
    def roots(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def settings(self) -> dict[str, str]:
        return {"SEALS_TSA": self.url, "SEALS_TSA_ROOTS": str(self.roots)}

    def start(self) -> None:
        command = [sys.executable, "-m", "tongban.city.tsa", str(self.folder), str(self.door.fileno())]
        self.processes.append(subprocess.Popen(command, cwd=ROOT, pass_fds=[self.door.fileno()]))
        until = time.monotonic() + STARTING_SECONDS
        while not self.roots.exists() and time.monotonic() < until:
            time.sleep(0.05)

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """Run one until the block ends; whoever asks it afterwards finds the door gone."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        running = Authority(folder, door)
        running.start()
        try:
            yield running
        finally:
            running.kill()
