"""Pages on the phone that go on without a connection: for this room, and for others whose crews work outdoors.

A room shows `workorders/offline.js` on its pages, and serves two addresses of its own beside them: one
that tells account and token, one that sends `worker_script`. One queue and one store of pages serve all of them.
"""

from pathlib import Path
from typing import NamedTuple

from django.templatetags.static import static
from django.utils.crypto import salted_hmac

from tongban.infrastructure.kernel.actors import Actor

WORKER = Path(__file__).resolve().parent.parent / "static" / "workorders" / "worker.js"
# What the frame of every page is shown with.
SHELL = (
    "ui/mark.svg",
    "ui/page.js",
    "ui/session.js",
    "ui/vendored/htmx.min.js",
    *(f"ui/{name}.css" for name in ("tokens", "base", "shell", "content", "controls", "print")),
)


class OutdoorApp(NamedTuple):
    """What pages without a connection need. account: a word for whoever is signed in; files: what is shown with."""

    account: str
    files: str


def outdoor_app(actor: Actor, *files: str) -> OutdoorApp:
    """Return what pages without a connection need, with the static files that these pages have besides the frame's."""
    account = salted_hmac("workorders.account", str(actor.account)).hexdigest()[:16]
    return OutdoorApp(account, " ".join(map(static, ("workorders/offline.js", *files, *SHELL))))


def worker_script() -> bytes:
    """Return the script that keeps pages for when there is no connection, for the addresses below its own."""
    return WORKER.read_bytes()
