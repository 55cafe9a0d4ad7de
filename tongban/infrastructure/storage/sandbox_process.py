"""The process that looks at files of strangers: `python -m tongban.infrastructure.storage.sandbox_process CHANNEL`.

It stands by with the usual libraries, divides for each question, and bounds what the part that answers may use.
"""

import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import Any

from tongban.infrastructure.storage import inspection, sandbox

PREPARED = (inspection,)


def stand_by(channel: socket.socket) -> None:
    """Divide for each end of a question that comes, until the channel ends or nobody asks any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how an answer ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    gc.collect()
    gc.freeze()
    while select.select([channel], [], [], sandbox.IDLE_SECONDS)[0]:
        word, ends, _flags, _address = socket.recv_fds(channel, sandbox.WORD, 1)
        if len(word) < sandbox.WORD:
            return
        importlib.import_module(word.decode().strip())
        if os.fork() == 0:
            channel.close()
            try:
                answer(socket.socket(fileno=ends[0]))
            finally:
                os._exit(0)
        for end in ends:
            os.close(end)


def answer(end: socket.socket) -> None:
    """Hear one question, and answer it within its limits."""
    end.sendall(sandbox.HERE)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(sandbox.WALL_SECONDS)
    length, size = sandbox.HEAD.unpack(_exactly(end, sandbox.HEAD.size))
    question = json.loads(_exactly(end, length))
    content = bytes(_exactly(end, size))
    module, name = question["function"].split(":")
    function = getattr(importlib.import_module(module), name)
    os.chdir("/")
    _bound(question["seconds"])
    try:
        result: dict[str, Any] = {"answer": function(content, **question["options"])}
    except MemoryError:
        return
    except Exception as error:
        result = {"broken": repr(error)[:500]}
    end.sendall(json.dumps(result).encode())


def _bound(seconds: int) -> None:
    memory = sandbox.MEMORY_MB * 1024 * 1024
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _exactly(end: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view, at = memoryview(data), 0
    while at < size:
        got = end.recv_into(view[at:])
        if not got:
            os._exit(0)
        at += got
    return data


if __name__ == "__main__":
    stand_by(socket.socket(fileno=int(sys.argv[1])))
