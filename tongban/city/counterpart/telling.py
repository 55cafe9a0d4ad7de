"""Tell the customer what happened: once more after a while, until it answers; or as the faults say."""

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from tongban.city.counterpart.failing import Store

PAUSES_SECONDS = (0.0, 2.0, 5.0, 15.0, 60.0, 180.0)


class Message(NamedTuple):
    headers: Mapping[str, str]
    body: bytes


Make = Callable[[bool], Message]  # made anew for each attempt; True: with a signature that is not the channel's


def tell(store: Store, url: str, make: Make, *, taken: Callable[[int, bytes], bool]) -> None:
    """Send a message in a thread of its own. taken: whether an answer, status and body, says that it was."""
    if not url or store.happens("lost"):
        return
    late = store.faults.late_seconds if store.happens("late") else 0.0
    threading.Thread(target=_told, args=(store, url, make, late, taken), daemon=True).start()


def _told(store: Store, url: str, make: Make, late: float, taken: Callable[[int, bytes], bool]) -> None:
    time.sleep(late)
    if store.happens("forged"):
        _sent(url, make(True))
    for pause in PAUSES_SECONDS:
        time.sleep(pause)
        answer = _sent(url, make(False))
        if answer is not None and taken(*answer):
            break
    if store.happens("doubled"):
        _sent(url, make(False))


def _sent(url: str, message: Message) -> tuple[int, bytes] | None:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=15)
    try:
        connection.request("POST", parts.path, message.body, dict(message.headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
