"""audit: prove that every application that was handed in is there exactly once, with all that belongs to it.

Prints {"cases": number handed in, "problems": [sentences]}; runs what is left in the background first.
"""

import json
from collections import Counter
from typing import Any

import bench.inside  # noqa: F401
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.notices.models import Notice
from tongban.platform.workflow.models import Instance, Task

EVENT = "cases.CaseSubmitted"


def compare(name: str, found: Counter[Any], wanted: set[Any], times: int) -> None:
    missing = [one for one in wanted if found[one] != times]
    if missing:
        problems.append(f"{len(missing)} cases do not have {times} {name}, such as {missing[0]}: {found[missing[0]]}")
    if extra := set(found) - wanted:
        problems.append(f"{len(extra)} {name} belong to no case, such as {next(iter(extra))}")


problems: list[str] = []
jobs.run_all(limit=1_000_000)
handed_in = Case.objects.filter(submitted_at__isnull=False, state="submitted")
subjects = {case.subject for case in handed_in.only("pk")}
numbers = set(handed_in.values_list("number", flat=True))
ids = {int(subject.partition(":")[2]) for subject in subjects}
if len(numbers) != len(subjects):
    problems.append("two cases have one number")
compare("actions", Counter(Action.objects.filter(kind="submitted").values_list("case_id", flat=True)), ids, 1)
compare("facts", Counter(Fact.objects.filter(name=EVENT).values_list("subject", flat=True)), subjects, 1)
compare("processes", Counter(Instance.objects.values_list("subject", flat=True)), subjects, 1)
compare("open tasks", Counter(Task.objects.filter(state="open").values_list("subject", flat=True)), subjects, 1)
hearing = len(journal.reactions()[EVENT])
heard = Job.objects.filter(payload__data__has_key="case_id").values_list("lane", flat=True)
compare("jobs", Counter(heard), subjects, hearing)
compare(
    "notices",
    Counter(Notice.objects.filter(subject__startswith="case:").values_list("subject", flat=True)),
    subjects,
    1,
)
taking_part = Counter(Participation.objects.values_list("case_id", flat=True))
compare("departments", taking_part, ids, max(taking_part.values(), default=0))
if dead := Job.objects.dead().count():
    problems.append(f"{dead} jobs were given up")
print(json.dumps({"cases": len(subjects), "problems": problems}))
