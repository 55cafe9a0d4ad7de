"""After the system decided alone: the applicant asks for a person, who decides with the whole case before them.

What was given at once stays as long as nobody decides otherwise, and the person's decision is never a worse one.
Source: 个人信息保护法 art. 24 (3); 行政复议法 art. 63 (2), whose rule against worse outcomes is followed here.
"""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import PersonAskedFor
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.rules import remedies as terms
from tongban.platform.cases.services.acting import act, lock, must_speak_for
from tongban.platform.cases.services.starting import start_process
from tongban.platform.codes import services as codes

TERMS = Path(__file__).parent.parent / "data" / "person.toml"


class NoPersonToAsk(Refusal):
    message = _(
        "A decision by a person can be requested once, in time, where the system decided alone. Call the office, or "
        "object to the decision in the ways it states."
    )


class WhyAPerson(Refusal):
    status = 422
    message = _("Say what a person should review.")


@transaction.atomic
def ask_for_person(*, actor: Actor, case: Case, reason: str) -> Case:
    """Have a person decide about what the system decided alone: the office that decides gets the whole case as a task.

    Raises NotFound, WhyAPerson, NoPersonToAsk.
    """
    case = lock(pk=case.pk)
    must_speak_for(actor, case)
    if not reason.strip():
        raise WhyAPerson()
    until = person_until(case)
    if until is None or clock.today() > until:
        raise NoPersonToAsk()
    act(case, "person_asked_for", actor=actor, opinion=reason.strip())
    start_process(case, actor, due=case.promised_due_on)
    journal.write(PersonAskedFor(case.pk, str(case.number)), by=actor, subject=case.subject, reason=reason)
    return case


def person_until(case: Case) -> date | None:
    """Return until when a person can be asked for; None where one decided, or was asked for already."""
    if case.state != Case.State.COMPLETED or case.person_asked_on:
        return None
    decided = Action.objects.of(case).grants().newest()
    if decided is None or "rule" not in decided.data:
        return None
    return next(
        (terms.last_day(row, decided.on, codes.calendar()) for row in terms.in_force(_terms(), decided.on)), None
    )


@cache
def _terms() -> list[dict[str, Any]]:
    return list(tomllib.loads(TERMS.read_text())["person"])
