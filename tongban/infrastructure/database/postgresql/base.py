"""PostgreSQL with a cheap look at a kept connection.

Before each request Django asks a kept connection whether it still works, which is a round trip. A server that went
away has hung up, and that can be seen on the socket without asking.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        if self.connection is not None and not self.connection.closed and _is_silent(self.connection.fileno()):
            return True
        return bool(super().is_usable())


def _is_silent(socket: int) -> bool:
    """Say whether nothing arrived on a socket between two questions: no farewell, no end."""
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return not poll.poll(0)
