"""decided COUNT: bring so many applications to a yes by the verbs of the house; what the worker has to do waits.

Acceptance letters and notices are done before; the decision letters and the licences wait until somebody makes their
jobs due. Prints the lanes, each the subject of a case.
"""

import json
import sys
from datetime import timedelta

import bench.inside  # noqa: F401
from bench.inside import cast
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.workflow.models import Task

WHO = {"accept": "chen.jing", "review": "wu.zhiyuan", "inspect": "he.lan", "approve": "zhao.guoqing"}


def task(subject: str, kind: str) -> Task:
    found: Task = Task.objects.of(subject).open().select_related("department").get(kind=kind)
    return found


actors = {kind: identity.actor_of(Account.objects.get(login=login)) for kind, login in WHO.items()}
people = cast.company(0)
first = cast.draft(*people)
lanes = []
for uid in [first.uid, *cast.copies(first, int(sys.argv[1]) - 1)]:
    case = cases.submit(actor=cast.actor_for(*people), uid=uid, declared=True)
    cases.accept(actor=actors["accept"], task=task(case.subject, "accept"))
    for kind in ("review", "inspect"):
        rehearsal.give_opinion(actors[kind], case, task(case.subject, kind), passed=True, opinion="符合规定条件。")
    lanes.append(case.subject)
jobs.run_all(limit=1_000_000)
for lane in lanes:
    cases.decide(actor=actors["approve"], task=task(lane, "approve"), granted=True, reason="符合规定条件。")
Job.objects.filter(lane__in=lanes, state="due").update(due_at=clock.now() + timedelta(days=1))
print(json.dumps(lanes))
