"""ledger SECONDS THREADS TOGETHER: move amounts between a thousand accounts for so long, in so many threads.

TOGETHER moves stand in one transaction, as a day's entries do; each move has a key of its own. Prints
{"moves": …, "seconds": …, "wrong": […]}: how many were made, in which time, and what does not add up afterwards.
"""

import json
import random
import sys
import threading
import time
from itertools import count

from django.db import connection

import bench.inside  # noqa: F401
from tongban.infrastructure.kernel import ids
from tongban.platform.ledger import services as ledger
from tongban.platform.ledger.models import LedgerAccount

ACCOUNTS = 1000


def main() -> None:
    seconds, threads, together = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    run = ids.token(8)
    ledger.open_account(code="bench:source", unit="bench", floor=None)
    codes = [f"bench:{number}" for number in range(ACCOUNTS)]
    for code in codes:
        ledger.open_account(code=code, unit="bench")
    ledger.post([ledger.Transfer(f"{run}:fill:{code}", "bench:source", code, 10**9, "opened") for code in codes])
    until, done = time.perf_counter() + seconds, [0] * threads
    begun = time.perf_counter()
    workers = [
        threading.Thread(target=_work, args=(number, run, codes, together, until, done)) for number in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.perf_counter() - begun
    wrong = [str(one) for one in ledger.discrepancies()]
    if total := LedgerAccount.objects.total("bench"):
        wrong.append(f"all together {total}")
    print(json.dumps({"moves": sum(done), "seconds": took, "wrong": wrong}))


def _work(number: int, run: str, codes: list[str], together: int, until: float, done: list[int]) -> None:
    dice, numbers = random.Random(number), count()
    while time.perf_counter() < until:
        wanted = []
        for _move in range(together):
            giver, taker = dice.sample(codes, 2)
            key = f"{run}:{number}:{next(numbers)}"
            wanted.append(ledger.Transfer(key, giver, taker, dice.randint(1, 100), "bench", f"bench:{number}"))
        ledger.post(wanted)
        done[number] += len(wanted)
    connection.close()


main()
