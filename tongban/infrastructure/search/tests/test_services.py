"""One index a process, read anew when its version differs; a large one in the background."""

import time
from threading import Event

from tongban.infrastructure.search import services
from tongban.infrastructure.search.services import LiveIndex


class Source:
    """What is searched: its version, how often it was read, and whether it may be read now."""

    def __init__(self) -> None:
        self.version, self.reads, self.open = "a", 0, Event()
        self.open.set()

    def read(self) -> list[str]:
        version = self.version
        self.open.wait(10)
        self.reads += 1
        return [version]


def test_it_is_read_again_when_its_version_differs():
    source = Source()
    live = LiveIndex(source.read, lambda: source.version)

    assert (live.get(), live.get(), source.reads) == (["a"], ["a"], 1)
    source.version = "b"
    assert (live.get(), source.reads) == (["b"], 2)


def test_the_old_one_serves_while_a_large_one_is_read(monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 1)
    source = Source()
    live = LiveIndex(source.read, lambda: source.version)
    live.get()
    source.version = "b"
    source.open.clear()

    assert (live.get(), live.get()) == (["a"], ["a"])
    source.open.set()
    until = time.monotonic() + 10
    while live.get() == ["a"] and time.monotonic() < until:
        time.sleep(0.01)
    assert (live.get(), source.reads) == (["b"], 2)
