"""A process of its own for files of strangers: whatever happens there, the one who asks goes on."""

import threading
import time

import pytest

from tongban.infrastructure.storage import sandbox

pytestmark = pytest.mark.found("S-C1")
HUNGRY = "tongban.infrastructure.storage.tests.hungry"


def ask(name, content=b"", **options):
    return sandbox.ask(f"{HUNGRY}:{name}", content, **options)


def test_it_answers():
    assert ask("length", bytes(3_000_000), more=1) == 3_000_001


@pytest.mark.parametrize("name", ["spin", "grow", "crash"])
def test_what_takes_more_than_it_may_is_ended_and_the_next_question_answered(name):
    with pytest.raises(sandbox.LimitExceeded):
        ask(name, seconds=1)

    assert ask("length") == 0


@pytest.mark.parametrize("name", ["fail", "write"])
def test_what_fails_says_how(name):
    with pytest.raises(sandbox.SandboxFailed, match=r"LookupError|OSError"):
        ask(name, b"content")


def test_it_has_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("TONGBAN_DATA_KEY", "a secret")

    assert ask("secrets") == []


def test_it_starts_again_when_it_ended():
    ask("length")
    sandbox.stop()

    assert ask("length", b"again") == 5


def test_only_so_many_are_answered_at_once():
    ends = []
    threads = [threading.Thread(target=lambda: ends.append(ask("wait"))) for _ in range(2 * sandbox.AT_ONCE)]
    start = time.time()

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([end for end in ends if end - start >= 0.8]) >= sandbox.AT_ONCE
