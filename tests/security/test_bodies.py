"""Sockets that send the head of a request and nothing more, to a house that runs."""

import socket
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.running import House, prepared, running

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    "Content-Length: 1000000\r\n\r\nabc"
)


def hanging(house: House, path: str) -> socket.socket:
    address = urlsplit(house.url)
    line = socket.create_connection((address.hostname, address.port))
    line.sendall(HEAD.format(path=path).encode())
    return line


def seconds(house: House, path: str) -> float:
    started = time.monotonic()
    with urllib.request.urlopen(house.url + path, timeout=5) as answer:
        assert answer.status == 200
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.found("S-C2")
def test_bodies_that_never_come_stop_no_page_and_are_cut_off(tmp_path: Path):
    with running(prepared(tmp_path)) as house:
        seconds(house, "/")
        lines = [hanging(house, path) for path in ("/api/v1/licences/verify", "/identity/sign-in/") * 8]
        time.sleep(2)

        slowest = max(seconds(house, path) for path in ("/healthz", "/", "/catalogue/") for _ in range(3))

        assert slowest < 4
        for line in lines:
            line.settimeout(40)
            said = line.recv(4096)
            assert said == b"" or said.startswith(b"HTTP/1.1 503"), said
            line.close()
        house.wait_for_log("were cut off")
