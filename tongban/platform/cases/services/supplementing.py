"""Answer a request for a supplement: what it opens may be changed, nothing else, and the record says what was."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.cases import rules, steps
from tongban.platform.cases.events import CaseSupplemented
from tongban.platform.cases.models import Action, Case, Material, Supplement
from tongban.platform.cases.services import again, facts, plan
from tongban.platform.cases.services.acting import WrongCaseState, act, lock, must_speak_for
from tongban.platform.cases.services.drafting import checklist
from tongban.platform.cases.services.fees import fees_of
from tongban.platform.cases.services.submitting import Incomplete, digest_of, where
from tongban.platform.eforms import services as eforms
from tongban.platform.parties.models import Party
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task


class AnswersNotAskedFor(Invalid):
    message = _("The request for a supplement does not ask for this. Only what it names can be changed now.")


class MaterialNotAskedFor(Refusal):
    message = _("The request for a supplement does not ask for “%(name)s”. Only what it names can be changed now.")


@transaction.atomic
def supplement(*, actor: Actor, case: Case, answers: Mapping[str, Any], note: str = "") -> Case:
    """Hand in what the window asked for.

    Raises NotFound, WrongCaseState, Invalid, AnswersNotAskedFor, Incomplete.
    """
    case = lock(pk=case.pk)
    must_speak_for(actor, case)
    if not steps.is_allowed("supplemented", case.state):
        raise WrongCaseState(state=case.get_state_display())
    before, form = case.answers, plan.of(case.version).form
    eforms.must_be_plausible(form, case, answers)
    answers = facts.hold(case, answers)
    _must_be_open(case, answers)
    case.answers = form.relevant({**before, **answers})
    if again.about(case) != case.about:
        # Locked, as a submission locks it: of two for the same one has to find the other.
        Party.objects.locked(case.applicant_id)
    contents = Material.objects.contents_of(case)
    still = checklist(case, {code for code, _digest in contents})
    # What is strange needs no word here: whoever handles the case reads it.
    if still.problems or still.missing:
        raise Incomplete(still.faults)
    papers = papers_changed(case)
    said = {**where(actor), **facts.noted(case), "turn": 2}  # the receipt for it is the second
    case.about, case.fees = again.about(case), fees_of(case)
    action = act(case, "supplemented", actor=actor, opinion=note, data=said)
    names, record = form.changed(before, case.answers), Supplement(action=action, papers=papers)
    record.before = {name: before.get(name) for name in names}
    record.after = {name: case.answers.get(name) for name in names}
    bulk.insert(record)
    for task in Task.objects.of(case.subject).open().kind("accept"):
        workflow.reschedule(actor=SYSTEM, task=task, due_on=case.acceptance_due_on)
    journal.write(
        CaseSupplemented(case.pk, str(case.number), digest_of(case, contents)), by=actor, subject=case.subject
    )
    return case


def asked(case: Case) -> rules.SupplementScope:
    """Return what the request opens that this case waits for."""
    request = Action.objects.of(case).supplement_requests().newest()
    return rules.scope_of(request.data["points"] if request else [])


def opened(case: Case, answers: Mapping[str, Any]) -> frozenset[str]:
    """Return the questions that may be answered anew, where the answers are to be these."""
    return plan.of(case.version).form.opened(case.answers, {**case.answers, **answers}, asked(case).questions)


def may_change(case: Case, code: str) -> bool:
    """Say whether papers may come and go under this line of a case that waits for its supplement.

    So it is with the lines that were asked for, with those that a new answer calls for, and with what is missing.
    """
    if code in asked(case).materials:
        return True
    line = next((line for line in plan.of(case.version).lines_for(case.answers) if line["code"] == code), None)
    return line is None or (line.get("required", True) and code not in Material.objects.codes_of(case))


def papers_changed(case: Case) -> list[dict[str, Any]]:
    """Return which papers came and went since the request: material, and the names of documents added and removed."""
    request = Action.objects.of(case).supplement_requests().newest()
    if request is None:
        return []
    found: dict[str, dict[str, Any]] = {}
    for paper in Material.objects.ever_of(case).order_by("pk"):
        new, gone = paper.added_at > request.at, paper.replaced_at is not None and paper.replaced_at > request.at
        if new == gone:
            continue
        row = found.setdefault(paper.code, {"material": paper.code, "added": [], "removed": []})
        row["added" if new else "removed"].append(str(paper.document.uid))
    return list(found.values())


def _must_be_open(case: Case, answers: Mapping[str, Any]) -> None:
    form = plan.of(case.version).form
    open_now = opened(case, answers)
    changed = form.changed(case.answers, {**case.answers, **answers})
    if stray := [name for name in changed if name not in open_now]:
        raise AnswersNotAskedFor({name: [AnswersNotAskedFor.message] for name in stray})
