"""workorders load ORDERS | workorders raise SECONDS THREADS.

load: fill the database with orders of three years, one in twenty of them open, over all departments; prints
{"orders", "open", "officials": [session keys]}. raise: raise and dispatch orders for so long, in so many threads;
prints {"orders", "seconds"}.
"""

import json
import sys
import threading
import time
from typing import Any

from django.db import connection

import bench.inside  # noqa: F401
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Account, Department
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder

OFFICIALS = ("lei.ming", "kong.yi", "fang.lei", "tang.yu")
PLACE: dict[str, Any] = {
    "area": "990102",
    "address": "云泽市临湖区柳岸街15号",
    "latitude": 30.5731,
    "longitude": 104.0672,
}
# Rows by the database itself: what differs between them is a function of their number.
COPY = """
INSERT INTO workorders_workorder ({columns})
SELECT {values} FROM workorders_workorder AS one, generate_series(1, %s) AS n WHERE one.id = %s
"""
OPEN = "n %% 20 = 0"
CHANGES = {
    "uid": "gen_random_uuid()",
    "number": "'GDB-' || n",
    "key": "NULL",
    "subject": "''",
    "kind": "(ARRAY['repair', 'clean', 'check', 'replace', 'general'])[1 + n %% 5]",
    "area": "(ARRAY['990102', '990103'])[1 + n %% 2]",
    "department_id": "(ARRAY{departments})[1 + n / 20 %% {many}]",
    "state": f"CASE WHEN {OPEN} THEN (ARRAY['new','dispatched','accepted','arrived','finished'])[1 + n / 20 %% 5] "
    "ELSE 'closed' END",
    "due_at": f"CASE WHEN {OPEN} THEN now() + (n %% 4000 - 200) * interval '1 minute' ELSE '9999-12-31T00:00:00Z' END",
    "ended_at": f"CASE WHEN {OPEN} THEN NULL ELSE now() - n * interval '90 seconds' END",
    "raised_at": "now() - n * interval '95 seconds'",
    "in_time": f"CASE WHEN {OPEN} THEN NULL ELSE n %% 9 > 0 END",
}


def main() -> None:
    print(
        json.dumps(_load(int(sys.argv[2])) if sys.argv[1] == "load" else _raise(float(sys.argv[2]), int(sys.argv[3])))
    )


def _load(number: int) -> dict[str, object]:
    one = _order("load")
    departments = list(Department.objects.order_by("pk").values_list("pk", flat=True))[:20]
    fields = [str(field.column) for field in WorkOrder._meta.concrete_fields if not field.primary_key]
    changes = {name: sql.replace("{departments}", str(departments)).replace("{many}", str(len(departments)))
               for name, sql in CHANGES.items()}  # fmt: skip
    values = [changes.get(name, f"one.{name}") for name in fields]
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(columns=", ".join(fields), values=", ".join(values)), [number, one.pk])
        cursor.execute("VACUUM ANALYZE workorders_workorder")
    opened = WorkOrder.objects.open().count()
    return {"orders": WorkOrder.objects.count(), "open": opened, "officials": [_session(name) for name in OFFICIALS]}


def _session(login: str) -> str:
    session = SessionStore()
    session.begin(Account.objects.get(login=login), address="127.0.0.1", device="bench")
    session.save()
    return str(session.session_key)


def _order(subject: str) -> WorkOrder:
    centre = Department.objects.get(key="urban-management")
    return workorders.raise_order(
        actor=SYSTEM,
        kind="repair",
        title="人行道地砖破损",
        dispatcher=centre,
        verifier=Department.objects.get(key="government-services"),
        department=centre,
        subject=subject,
        **PLACE,
    )


def _raise(seconds: float, threads: int) -> dict[str, float]:
    done = [0] * threads
    until, begun = time.perf_counter() + seconds, time.perf_counter()

    def work(number: int) -> None:
        while time.perf_counter() < until:
            _order(f"bench:{number}")
            done[number] += 1
        connection.close()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return {"orders": sum(done), "seconds": time.perf_counter() - begun}


main()
