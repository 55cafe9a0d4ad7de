"""Answers that take what they can get, for a process of their own that must stand it."""

import os
import time
from pathlib import Path


def length(content, *, more=0):
    return len(content) + more


def spin(content):
    while True:
        pass


def grow(content):
    return len(bytearray(2 * 1024 * 1024 * 1024))


def crash(content):
    os.abort()


def fail(content):
    raise LookupError("nobody expected this")


def secrets(content):
    return [name for name in os.environ if name.startswith(("TONGBAN", "DJANGO", "MAIL"))]


def write(content):
    return Path("/tmp/hungry").write_bytes(content)


def wait(content):
    time.sleep(0.4)
    return time.time()
