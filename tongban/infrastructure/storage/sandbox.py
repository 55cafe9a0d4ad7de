"""Ask a process of its own about a file of strangers, with limits of time, memory and number.

One small process stands by, so that a question does not wait for Python's libraries; it divides for each question and
the part that answers is ended by the system if it takes more than it may. It has no settings, no keys, no database.
It starts with the first question and ends after some minutes without one.
"""

import atexit
import json
import os
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
# So many questions of one process are answered at once; who comes later waits this long for a turn.
AT_ONCE = 2
TURN_SECONDS = 20
# The system ends an answer that uses a processor for so long, or is not there after so long on a busy machine.
PROCESSOR_SECONDS = 6
WALL_SECONDS = 30
MEMORY_MB = 512
IDLE_SECONDS = 300
HEAD = struct.Struct("!QQ")
HERE = b"!"
# The module that answers is named beforehand, so that it is loaded once and not for each question.
WORD = 120


class LimitExceeded(Exception):
    """The question took more time or memory than it may, so nothing is known about the file."""


class SandboxBusy(Exception):
    """Too many questions are being answered; it may be asked again soon."""


class SandboxFailed(Exception):
    """The code that should answer failed in a way nobody expected; the text says how."""


def ask(function: str, content: bytes, *, seconds: int = PROCESSOR_SECONDS, **options: Any) -> Any:
    """Return what a function says of a content. Raises LimitExceeded, SandboxBusy, SandboxFailed.

    function   "package.module:name" of one that takes the content and the options, and answers with plain values
    seconds    so long it may use a processor
    """
    if not _turns.acquire(timeout=TURN_SECONDS):
        raise SandboxBusy
    try:
        question = json.dumps({"function": function, "seconds": seconds, "options": options}).encode()
        # One that ended for want of questions just now has not heard this one: the next one does.
        answer = _asked(function, question, content) or _asked(function, question, content)
        if answer is None:
            raise SandboxFailed("the process that looks at files does not start")
    finally:
        _turns.release()
    if len(answer) == len(HERE):
        raise LimitExceeded
    result = json.loads(answer[len(HERE) :])
    if "broken" in result:
        raise SandboxFailed(result["broken"])
    return result["answer"]


def stop() -> None:
    """End the process that stands by; the next question starts another."""
    _process.stop()


def _asked(function: str, question: bytes, content: bytes) -> bytes | None:
    """Return the answer, only its first sign where nothing more came, or None where nobody heard the question."""
    ours, theirs = socket.socketpair()
    with ours:
        ours.settimeout(WALL_SECONDS + 10)
        with theirs:
            if not _process.hand_over(theirs, function.partition(":")[0]):
                return None
        with suppress(BrokenPipeError, ConnectionResetError):
            ours.sendall(HEAD.pack(len(question), len(content)) + question)
            ours.sendall(content)
        try:
            answer = b""
            while part := ours.recv(65536):
                answer += part
        except ConnectionResetError:
            pass
        except TimeoutError:
            return HERE
    return answer or None


class _Process:
    """Starts the process that stands by, and hands the ends of questions to it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.channel: socket.socket | None = None
        self.owner = 0

    def hand_over(self, end: socket.socket, module: str) -> bool:
        with self.lock:
            for _attempt in range(2):
                channel = self._channel()
                try:
                    socket.send_fds(channel, [module.encode().ljust(WORD)], [end.fileno()])
                    return True
                except OSError:
                    self.stop()
        return False

    def _channel(self) -> socket.socket:
        if self.channel is None or self.owner != os.getpid() or self.process is None or self.process.poll() is not None:
            self.stop()
            self.channel, theirs = socket.socketpair()
            with theirs:
                self.process = subprocess.Popen(  # noqa: S603 (our own module)
                    [sys.executable, "-m", "tongban.infrastructure.storage.sandbox_process", str(theirs.fileno())],
                    cwd=ROOT,
                    env={"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},  # and none of our secrets
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            self.owner = os.getpid()
        return self.channel

    def stop(self) -> None:
        """Let go of it; it ends when its channel does."""
        if self.channel is not None:
            self.channel.close()
        if self.process is not None and self.owner == os.getpid():
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0)
        self.channel = self.process = None


_turns = threading.BoundedSemaphore(AT_ONCE)
_process = _Process()
atexit.register(_process.stop)
