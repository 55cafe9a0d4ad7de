import io
import socket
import threading
import time

import pytest

from tongban.infrastructure.ui import bodies
from tongban.infrastructure.ui.bodies import BodyReader

pytestmark = pytest.mark.found("S-C2")


class Started:
    status = ""

    def __call__(self, status, headers):
        self.status, self.headers = status, dict(headers)


class Slow:
    """A body that comes when it is let."""

    def __init__(self):
        self.awaited, self.come = threading.Event(), threading.Event()

    def read(self, size=-1):
        self.awaited.set()
        self.come.wait(20)
        return b""


def echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def ask(application, source, length, peer="203.0.113.7", path="/"):
    started = Started()
    environ = {"wsgi.input": source, "CONTENT_LENGTH": str(length), "REMOTE_ADDR": peer, "PATH_INFO": path}
    return started, application(environ, started)


def waiting(application, count, peer):
    """Let so many bodies from an address wait; return what lets them come, and the threads that wait."""
    slow = [Slow() for _ in range(count)]
    threads = [threading.Thread(target=ask, args=(application, one, 10, peer)) for one in slow]
    for thread in threads:
        thread.start()
    for one in slow:
        assert one.awaited.wait(20)
    return slow, threads


def over(slow, threads):
    for one in slow:
        one.come.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("size", [1, bodies.IN_MEMORY_BYTES * 2 + 3])
def test_a_body_is_there_whole_when_the_application_asks(size):
    content = b"x" * size

    started, answer = ask(BodyReader(echo, max_bytes=10**7, proxied=False), io.BytesIO(content), size)

    assert started.status == "200 OK"
    assert answer == [content]


@pytest.mark.parametrize(
    ("path", "kind"), [("/", "text/plain; charset=utf-8"), ("/api/v1/x", "application/problem+json")]
)
def test_a_body_that_ends_too_early_is_said_to_be_late(path, kind):
    started, _ = ask(BodyReader(echo, max_bytes=10**7, proxied=False), io.BytesIO(b"abc"), 10, path=path)

    assert started.status.startswith("408")
    assert started.headers["Content-Type"] == kind


def test_what_says_that_it_is_too_large_is_left_unread():
    source = io.BytesIO(b"x" * 20)

    ask(BodyReader(lambda *_: [], max_bytes=10, proxied=False), source, 20)

    assert source.tell() == 0


def test_one_address_holds_half_of_the_places_at_most():
    application = BodyReader(echo, max_bytes=100, proxied=False)
    slow, threads = waiting(application, bodies.AT_ONCE_EACH, "203.0.113.7")
    try:
        theirs, _ = ask(application, io.BytesIO(b"abc"), 3, "203.0.113.7")
        others, _ = ask(application, io.BytesIO(b"abc"), 3, "198.51.100.7")
    finally:
        over(slow, threads)

    assert (theirs.status[:3], others.status[:3]) == ("503", "200")
    assert ask(application, io.BytesIO(b"abc"), 3)[0].status == "200 OK"


def test_a_crowd_behind_one_address_waits_its_turn():
    application = BodyReader(echo, max_bytes=100, proxied=False)
    slow, threads = waiting(application, bodies.AT_ONCE_EACH, "203.0.113.7")
    threading.Timer(bodies.WAIT_SECONDS / 5, slow[0].come.set).start()
    try:
        theirs, _ = ask(application, io.BytesIO(b"abc"), 3, "203.0.113.7")
    finally:
        over(slow, threads)

    assert theirs.status == "200 OK"


def test_who_sends_slowly_alone_is_not_waited_for():
    application = BodyReader(echo, max_bytes=100, proxied=False)
    slow, threads = waiting(application, bodies.AT_ONCE_EACH, "203.0.113.7")
    try:
        time.sleep(bodies.WAIT_SECONDS)
        began = time.monotonic()
        theirs, _ = ask(application, io.BytesIO(b"abc"), 3, "203.0.113.7")
        took = time.monotonic() - began
    finally:
        over(slow, threads)

    assert theirs.status[:3] == "503"
    assert took < bodies.WAIT_SECONDS / 2


def test_so_many_bodies_wait_at_once_and_requests_without_one_go_on():
    application = BodyReader(echo, max_bytes=100, proxied=True)
    slow, threads = waiting(application, bodies.AT_ONCE, "203.0.113.7")
    try:
        with_body, _ = ask(application, io.BytesIO(b"abc"), 3)
        without, _ = ask(application, io.BytesIO(b""), 0)
    finally:
        over(slow, threads)

    assert (with_body.status[:3], without.status[:3]) == ("503", "200")


def test_a_body_is_late_when_it_rests_or_comes_too_slowly():
    reading = bodies.BodyReading("203.0.113.7")
    assert reading.late_by() < 0

    reading.began -= bodies.GRACE_SECONDS + 10
    assert reading.late_by() > 0

    reading.got = 11 * bodies.MIN_BYTES_PER_SECOND
    assert reading.late_by() < 0


def test_the_connections_of_an_address_are_cut_off():
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as theirs:
        ours, _ = door.accept()
        with ours:
            assert bodies.cut_off("203.0.113.7", silent_ms=0) == 0
            assert bodies.cut_off("127.0.0.1", silent_ms=0) >= 1
            theirs.settimeout(2)
            assert theirs.recv(1) == b""
