"""Verbs at the same moment, in threads of their own."""

from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from tongban.infrastructure.kernel.refusals import Refusal


def at_once(*verbs):
    """Run verbs in threads of their own at the same moment; return the refusals."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("a database in memory has one connection; PostgreSQL and files show this")
    barrier, refusals = Barrier(len(verbs)), []

    def run(verb):
        barrier.wait()
        try:
            verb()
        except Refusal as refusal:
            refusals.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refusals
