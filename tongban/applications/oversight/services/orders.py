"""Ask a department, 督办: a question with a last day, the answer, and what came of it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy

from tongban.applications.oversight.events import (
    OrderAnswered,
    OrderAsked,
    OrderConcluded,
    OrderOpened,
    OrderReturned,
)
from tongban.applications.oversight.models import SupervisionOrder
from tongban.applications.oversight.services.cards import NoAnswerGiven, NoReasonWritten
from tongban.applications.oversight.services.todo import keep_in_list
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, Refusal
from tongban.platform.cases.models import Case
from tongban.platform.identity.models import Department


class NothingAsked(Refusal):
    status, field = 422, "question"
    message = gettext_lazy("Write down what the department is asked to do or to explain.")


class OrderNotOpen(Refusal):
    message = gettext_lazy("This order does not wait for an answer.")


class OrderClosedAlready(Refusal):
    message = gettext_lazy("This order has already been concluded.")


@transaction.atomic
def ask(
    *, actor: Actor, department: Department, title: str, question: str, due_on: date, case: Case | None = None
) -> SupervisionOrder:
    """Ask a department something, about a case or in general. Raises NotAllowed, NothingAsked, Invalid."""
    area = case.area if case else department.area
    actor.must_hold("oversight.supervise", department=department.pk, area=area)
    if not title.strip() or not question.strip():
        raise NothingAsked()
    if due_on <= clock.today():
        raise Invalid({"due_on": [gettext_lazy("Choose a day after today.")]})
    order = SupervisionOrder.objects.create(
        department=department,
        area=area,
        case=case,
        title=title.strip(),
        question=question.strip(),
        asked_by=actor.account,
        asker_name=actor.name,
        asked_on=clock.today(),
        due_on=due_on,
    )
    _list(order)
    event = OrderAsked(order.pk, department.key, due_on.isoformat())
    journal.write(event, by=actor, subject=order.subject)
    return order


@transaction.atomic
def answer(*, actor: Actor, order: SupervisionOrder, words: str) -> SupervisionOrder:
    """Answer for the department; the same again changes nothing. Raises NotAllowed, OrderNotOpen, NoAnswerGiven."""
    actor.must_hold("oversight.answer", department=order.department_id, area=order.area)
    order = _locked(order)
    if not words.strip():
        raise NoAnswerGiven()
    if order.state == "answered" and (order.answered_by, order.answer) == (actor.account, words.strip()):
        return order
    if order.state != "open":
        raise OrderNotOpen()
    order.state, order.answer = "answered", words.strip()
    order.answered_by, order.answerer_name, order.answered_on = actor.account, actor.name, clock.today()
    order.save()
    _list(order)
    journal.write(OrderAnswered(order.pk, order.answered_on <= order.due_on), by=actor, subject=order.subject)
    return order


@transaction.atomic
def return_order(*, actor: Actor, order: SupervisionOrder, words: str, due_on: date) -> SupervisionOrder:
    """Send an answer back as not enough, with a new last day. Raises NotAllowed, OrderNotOpen, NoReasonWritten."""
    order = _supervised(actor, order, words)
    if order.state != "answered":
        raise OrderNotOpen()
    if due_on <= clock.today():
        raise Invalid({"due_on": [gettext_lazy("Choose a day after today.")]})
    order.state, order.turn, order.due_on, order.result = "open", order.turn + 1, due_on, words.strip()
    order.save()
    _list(order)
    journal.write(OrderReturned(order.pk, due_on.isoformat()), by=actor, subject=order.subject, reason=words)
    return order


@transaction.atomic
def conclude(*, actor: Actor, order: SupervisionOrder, words: str) -> SupervisionOrder:
    """Say what came of it and end it, answered or not. Raises NotAllowed, OrderClosedAlready, NoReasonWritten."""
    order = _supervised(actor, order, words)
    if order.state == "closed":
        raise OrderClosedAlready()
    order.state, order.result, order.closed_on = "closed", words.strip(), clock.today()
    order.save()
    _list(order)
    journal.write(OrderConcluded(order.pk), by=actor, subject=order.subject, reason=words)
    return order


def record_order_opened(*, actor: Actor, order: SupervisionOrder) -> None:
    """Write down that an official read an order."""
    journal.write(OrderOpened(order.pk), by=actor, subject=order.subject)


def _list(order: SupervisionOrder) -> None:
    """Let the to-do list of the department show it for as long as it waits for an answer."""
    keep_in_list(
        order.subject,
        department=order.department_id,
        area=order.area,
        about=order.title,
        due_on=order.due_on if order.state == SupervisionOrder.State.OPEN else None,
    )


def _locked(order: SupervisionOrder) -> SupervisionOrder:
    found: SupervisionOrder = SupervisionOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    return found


def _supervised(actor: Actor, order: SupervisionOrder, words: str) -> SupervisionOrder:
    """Lock an order for who supervises, who did not answer it themselves, and gives a reason."""
    actor.must_hold("oversight.supervise", department=order.department_id, area=order.area)
    order = _locked(order)
    if actor.account is not None and actor.account == order.answered_by:
        raise NotAllowed()
    if not words.strip():
        raise NoReasonWritten()
    return order
