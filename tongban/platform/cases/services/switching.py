"""Take a case that is under way over to another version of its service, with a check of everything it holds."""

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.cases import rules, steps
from tongban.platform.cases.events import CaseSwitched
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.services import offices, plan
from tongban.platform.cases.services.acting import act, lock
from tongban.platform.catalogue.models import Version
from tongban.platform.codes import services as codes
from tongban.platform.workflow import services as workflow


class AnotherService(Refusal):
    status = 422
    message = _("Version %(version)s belongs to another service, or was never published.")


class AnswersDoNotFit(Refusal):
    message = _("In version %(version)s these answers cannot stand: %(questions)s. The case stays with its version.")


class LimitsOver(Refusal):
    message = _(
        "By version %(version)s the last day would have been %(day)s, which is over. The case stays with its version."
    )


@transaction.atomic
def switch_version(*, actor: Actor, pk: int, version: Version, mapping: Mapping[str, str] | None = None) -> Case:
    """Let a case go on by another version of its service; doing it twice changes nothing.

    Its process stands at the same steps there, its answers fit the form there, and its days follow from what was done
    and the limits there. Whoever publishes the service may.
    mapping   id of a step -> id of the step that takes its place
    Raises NotAllowed, NotFound, AnotherService, AnswersDoNotFit, LimitsOver, NoPlaceThere, RoleUnfilled,
    WrongCaseState.
    """
    case = lock(pk=pk)
    service = version.service
    actor.must_hold("catalogue.publish", department=service.department_id, area=service.area)
    if version.service_id != case.version.service_id or version.state == Version.State.DRAFT:
        raise AnotherService(version=version.number)
    if version.pk == case.version_id:
        return case
    before, there = case.version.number, plan.of(version)
    _must_fit(case, version, there)
    workflow.migrate(
        actor=actor,
        subject=case.subject,
        definition=there.process,
        roles=offices.roles_of(case, there),
        mapping=mapping,
    )
    status = _status_there(case, there)
    _must_not_be_over(case, version, status)
    case.version, case.limited_by, case.unit = version, None, there.limits.unit
    for name, value in asdict(status).items():
        setattr(case, name, value)
    act(case, "version_switched", actor=actor, data={"before": before, "after": version.number})
    Participation.objects.sync_state(case.pk, state=case.state, due_on=case.watched_on)
    told = CaseSwitched(case.pk, str(case.number), before, version.number)
    journal.write(told, by=actor, subject=case.subject)
    return case


def to_switch(version: Version) -> list[tuple[int, str]]:
    """Return the open cases of a version's service that have another version: key and number, the oldest first."""
    states = (Case.State.SUBMITTED, Case.State.SUPPLEMENT, Case.State.ACCEPTED)
    found = Case.objects.filter(version__service=version.service_id, state__in=states).exclude(version=version)
    return [(pk, str(number)) for pk, number in found.order_by("pk").values_list("pk", "number")]


def try_switch(*, actor: Actor, pk: int, version: Version, mapping: Mapping[str, str] | None = None) -> Refusal | None:
    """Say what would keep a case from being taken over; None where nothing would. Nothing is changed."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                switch_version(actor=actor, pk=pk, version=version, mapping=mapping)
        except Refusal as refusal:
            return refusal
        transaction.set_rollback(True)
    return None


def _must_fit(case: Case, version: Version, there: plan.Plan) -> None:
    wrong = sorted({path.partition(".")[0] for path in there.form.problems(case.answers)})
    if wrong:
        labels = {field.name: field.label for step in there.form.steps(case.answers) for field in step.fields}
        told = "、".join(str(labels.get(name, name)) for name in wrong)
        raise AnswersDoNotFit(version=version.number, questions=told)


def _status_there(case: Case, there: plan.Plan) -> rules.CaseStatus:
    """Return where the case stands by its own history and the limits of the other version."""
    done = Action.objects.steps_of([case.pk]).get(case.pk, [])
    known = [(kind, on) for kind, on in done if kind in steps.STEPS]
    return steps.project(known, there.limits, codes.calendar())


def _must_not_be_over(case: Case, version: Version, status: rules.CaseStatus) -> None:
    """Refuse limits that would be over by now, where the ones of the case's own version are not."""
    if status.state != case.state:
        raise Conflict()
    for name in ("acceptance_due_on", "promised_due_on", "statutory_due_on"):
        day, own = getattr(status, name), getattr(case, name)
        waits = name == "acceptance_due_on" and case.state == Case.State.SUBMITTED
        runs = name != "acceptance_due_on" and case.state == Case.State.ACCEPTED
        if (waits or runs) and day and day < clock.today() and (own is None or own >= clock.today()):
            raise LimitsOver(version=version.number, day=day.isoformat())
