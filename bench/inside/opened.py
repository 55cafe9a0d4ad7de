"""opened CASES OFFICIALS: lay accepted cases of a process with two branches ready, and officials who work on them.

The process is that of the permit log: on each case two tasks lie open, one in each branch. Prints
{"tasks": [uid], "officials": [session key]}; the two tasks of a case follow each other.
"""

import json
import sys
from datetime import timedelta

import bench.inside  # noqa: F401
from bench.inside import cast
from bench.permits import DEFINITION
from bench.permits.lines import HEAD, SERVICE
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Position
from tongban.platform.parties import services as parties
from tongban.platform.workflow.models import Task

COLLEAGUE = "wu.zhiyuan"


def main(number: int, officials: int) -> None:
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=DEFINITION).version)
    _account, firm = cast.company(0)
    applicant, begun = parties.shown_number(firm), clock.now() - timedelta(days=1)
    steps = [{"step": kind, "at": begun.isoformat()} for kind in ("submitted", "accepted")]
    lines = [json.dumps(HEAD)] + [
        json.dumps({"number": f"{turn}", "service": SERVICE, "applicant": applicant, "steps": steps})
        for turn in range(number)
    ]
    if wrong := [line.reason for line in cases.take_over(lines=lines) if line.outcome != "taken"]:
        raise SystemExit(wrong[0])
    tasks = Task.objects.open().on_topic(SERVICE).order_by("subject", "key").values_list("uid", flat=True)
    found = {"tasks": [str(uid) for uid in tasks], "officials": [official(turn) for turn in range(officials)]}
    print(json.dumps(found))


def official(number: int) -> str:
    like = Position.objects.of(Account.objects.get(login=COLLEAGUE).pk)[0]
    account = identity.open_account(actor=SYSTEM, login=f"reviewer-{number}", name=f"审查{number}", kind="staff")
    identity.appoint(actor=SYSTEM, account=account, department=like.department, role=like.role)
    return cast.session(account)


main(int(sys.argv[1]), int(sys.argv[2]))
