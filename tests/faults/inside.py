"""Runs inside the house under test: makes drafts, plays the officials, proves at the end that all is there once.

python -m tests.faults.inside drafts N | officials | audit
"""

import json
import os
import sys
import time
from collections import Counter
from dataclasses import asdict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402

from tests.cast import ANSWERS, FLOOR_PLAN, RULES  # noqa: E402
from tongban.infrastructure.jobs.models import Job  # noqa: E402
from tongban.infrastructure.journal.models import Fact  # noqa: E402
from tongban.infrastructure.kernel.actors import Actor, Grant  # noqa: E402
from tongban.infrastructure.kernel.refusals import Refusal  # noqa: E402
from tongban.platform.cases import rules  # noqa: E402
from tongban.platform.cases import services as cases  # noqa: E402
from tongban.platform.cases.models import Action, Case, Letter  # noqa: E402
from tongban.platform.cases.services import acting, plan  # noqa: E402
from tongban.platform.codes import services as codes  # noqa: E402
from tongban.platform.identity.models import Account  # noqa: E402
from tongban.platform.identity.sessions import SessionStore  # noqa: E402
from tongban.platform.licences.models import Licence  # noqa: E402
from tongban.platform.notices.models import Notice  # noqa: E402
from tongban.platform.parties import services as parties  # noqa: E402
from tongban.platform.parties.models import Party  # noqa: E402
from tongban.platform.workflow.models import Instance, Task  # noqa: E402

COMPANY = "云泽市禾香餐饮有限公司"
LOGINS = {"accept": "chen.jing", "review": "wu.zhiyuan", "inspect": "he.lan", "approve": "zhao.guoqing"}


def drafts(count: int) -> None:
    """Make drafts that only wait for their submission; print their words and a session of the agent."""
    account = Account.objects.get(login="zhou.wenbo")
    company = Party.objects.get(name=COMPANY)
    session = SessionStore()
    session.begin(account, address="127.0.0.1", device="faults")
    session["parties.chosen"] = company.pk
    session.save()
    actor = parties.completed(Actor("person", account=account.pk, name=account.name), chosen=company.pk)
    made = []
    for number in range(count):
        case = cases.begin(actor=actor, service="food-business", key=f"faults:{number}")
        case = cases.fill(actor=actor, case=case, answers=ANSWERS, revision=case.revision)
        cases.fetch(actor=actor, case=case, code="business-licence")
        for code, file in (("floor-plan", FLOOR_PLAN), ("safety-rules", RULES)):
            upload = SimpleUploadedFile(file.name, file.read_bytes())
            cases.attach(actor=actor, case=case, code=code, file=upload)
        made.append(case.uid)
    print(json.dumps({"session": session.session_key, "uids": made}))


def officials() -> None:
    """Do every open task, again and again, until somebody ends this process."""
    actors = {
        kind: Actor(
            "staff", account=Account.objects.get(login=login).pk, name=login, grants=(Grant(plan.DUTIES[kind]),)
        )
        for kind, login in LOGINS.items()
    }
    while True:
        done = 0
        for task in Task.objects.open().select_related("department").order_by("pk")[:50]:
            try:
                _do(actors[task.kind], task)
                done += 1
            except Refusal:
                continue  # somebody was faster, or the case is not that far
        if not done:
            time.sleep(0.2)


def _do(actor: Actor, task: Task) -> None:
    if task.kind == "accept":
        cases.accept(actor=actor, task=task)
    elif task.kind == "approve":
        cases.decide(actor=actor, task=task, granted=True, reason="")
    else:
        cases.give_opinion(actor=actor, task=task, passed=True, opinion="符合条件。")


def settled() -> bool:
    """Say whether nothing is left to be done."""
    return not Task.objects.open().exists() and not Job.objects.waiting().exists()


def audit(expected: int) -> None:
    """Print what is not as it must be; [] when every case is there exactly once, with all that belongs to it."""
    problems: list[str] = []
    handed_in = list(Case.objects.submitted_by_people().with_standing())
    if len(handed_in) != expected:
        problems.append(f"{len(handed_in)} cases instead of {expected}")
    for case in handed_in:
        problems += [f"{case.number}: {text}" for text in _faults(case)]
    problems += [f"dead: {job.task} {job.error[-300:]}" for job in Job.objects.dead()]
    numbers = Counter(Licence.objects.filter(kind="food-business-licence").values_list("number", flat=True))
    problems += [f"licence number {number} given {times} times" for number, times in numbers.items() if times > 1]
    print(json.dumps({"settled": settled(), "problems": problems}))


def _faults(case: Case) -> list[str]:
    wrong = []
    facts = Counter(Fact.objects.about(case.subject).values_list("name", flat=True))
    for name in ("CaseSubmitted", "CaseAccepted", "CaseDecided", "CaseCompleted"):
        if facts[f"cases.{name}"] != 1:
            wrong.append(f"{facts[f'cases.{name}']} facts {name}")
    if facts["cases.OpinionGiven"] != 2:
        wrong.append(f"{facts['cases.OpinionGiven']} opinions")
    actions = list(Action.objects.of(case))
    kinds = Counter(action.kind for action in actions)
    for kind in ("submitted", "accepted", "granted", "completed"):
        if kinds[kind] != 1:
            wrong.append(f"{kinds[kind]} actions {kind}")
    letters = Counter(letter.kind for letter in Letter.objects.of(case))
    if letters != {"acceptance": 1, "grant": 1}:
        wrong.append(f"letters {dict(letters)}")
    if Licence.objects.of_subject(case.subject).count() != 1:
        wrong.append("not one licence")
    notices = Counter(Notice.objects.filter(subject=case.subject).values_list("title", flat=True))
    wrong += [f"told {times} times: {title}" for title, times in notices.items() if times > 1]
    if Instance.objects.of(case.subject).count() != 1 or Instance.objects.of(case.subject).running().exists():
        wrong.append("its process did not end once")
    again = rules.project(
        [(action.kind, action.on) for action in actions], plan.of(case.version).limits, codes.calendar()
    )
    if asdict(again) != asdict(acting.standing_of(case)):
        wrong.append("its row is not what its actions say")
    return wrong


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    {"drafts": lambda: drafts(int(words[0])), "officials": officials, "audit": lambda: audit(int(words[0]))}[verb]()
