"""Steps that several people sign: who has signed, how it stands, and that nobody signs twice."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity.models import Department
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.rules import places
from tongban.platform.workflow.rules.adding import added_signer, open_places
from tongban.platform.workflow.rules.graphs import Node
from tongban.platform.workflow.rules.running import item_of
from tongban.platform.workflow.rules.signing import Signing, weight_of
from tongban.platform.workflow.services.definitions import Compiled, ProcessDefinition, compile_once, compiled_of
from tongban.platform.workflow.services.moving import marking_of


class SignedAlready(Refusal):
    status = 403
    message = gettext_lazy(
        "You have signed “%(title)s” already; each signature comes from another person. A colleague of %(department)s "
        "with the same duty signs here."
    )


class DoneByYourself(Refusal):
    status = 403
    message = gettext_lazy(
        "You did “%(other)s” yourself; “%(title)s” has to be done by someone else: a colleague of %(department)s with "
        "the same duty."
    )


@dataclass(frozen=True)
class Signature:
    """One of those who sign.

    who, at, opinion   "" and None until it is signed
    agrees             what was said; None until then
    state              signed | open | later (its turn has not come) | unneeded (taken off the desk) | gone (taken away)
    weight             how much it counts
    place              where its task lies; account: of whoever signed, or claimed it
    added              it was asked for besides, by whoever had the step
    """

    office: str
    state: str
    who: str = ""
    at: datetime | None = None
    opinion: str = ""
    agrees: bool | None = None
    weight: int = 1
    place: str = ""
    account: int | None = None
    added: bool = False

    @property
    def removable(self) -> bool:
        """Whether it can be taken away: it was asked for besides, and is not given yet."""
        return self.added and self.state in {"open", "later"}

    @property
    def word(self) -> str:
        """Say how this signature stands."""
        if self.agrees is not None:
            return pgettext("signature", "agrees") if self.agrees else pgettext("signature", "does not agree")
        return {
            "open": pgettext("signature", "has not signed yet"),
            "later": pgettext("signature", "signs later"),
            "gone": pgettext("signature", "was taken away"),
        }.get(self.state, pgettext("signature", "need not sign any more"))


@dataclass(frozen=True)
class SignedStep:
    """A step that several people sign, as it stands; of one that was repeated, the last time.

    key       of the task
    rule      in words; signed: how many have signed
    agrees    what all of them say together; None while it is open
    """

    key: str
    title: str
    rule: str
    signatures: tuple[Signature, ...]
    agrees: bool | None

    @property
    def signed(self) -> int:
        return sum(signature.agrees is not None for signature in self.signatures)

    @property
    def progress(self) -> str:
        """Say how many have signed: “2 of 3 signed”."""
        asked = sum(signature.state != "gone" for signature in self.signatures)
        return _("%(signed)d of %(all)d signed") % {"signed": self.signed, "all": asked}

    @property
    def result(self) -> str:
        """Say what came out; "" while it is open."""
        if self.agrees is None:
            return ""
        return pgettext("all signatures", "agreed") if self.agrees else pgettext("all signatures", "not agreed")


def why_not_do(actor: Actor, task: Task) -> Refusal | None:
    """Say why somebody who holds the duty may not do a task by its definition; None where they may.

    They did a task from which it is kept apart, or gave another of its signatures.
    task   an open task, with its department
    """
    if actor.account is None:
        return None
    node = compiled_of(task.instance).graph.nodes[task.key]
    return _done_before(actor, task, node) or _signed_before(actor, task, node)


def _done_before(actor: Actor, task: Task, node: Node) -> Refusal | None:
    if not node.apart:
        return None
    done = Task.objects.of(task.subject).done().filter(key__in=node.apart, done_by=actor.account).first()
    if done is None:
        return None
    return DoneByYourself(other=done.title, title=task.title, department=task.department.title)


def _signed_before(actor: Actor, task: Task, node: Node) -> Refusal | None:
    if not places.is_numbered(task.branch) or not node.joint:
        return None
    done = Task.objects.filter(instance=task.instance_id, key=task.key).order_by("pk")
    if any(other.done_by_id == actor.account for other in _last_round(done, places.body_of(task.place))):
        return SignedAlready(title=task.title, department=task.department.title)
    return None


def is_signed_by_several(definition: ProcessDefinition) -> bool:
    """Say whether any step of a process is signed by several people, by its definition."""
    return any(node.repetition and node.repetition.signing for node in compile_once(definition).graph.tasks)


def signed_steps(subject: str) -> list[SignedStep]:
    """Return the steps of a subject's processes that several people sign or signed, in the order of the tasks."""
    tasks = Task.objects.of(subject).exclude(branch="").select_related("department", "done_by", "instance")
    bodies: dict[tuple[int, str], list[Task]] = {}
    for task in tasks:
        if places.is_numbered(task.branch):
            bodies.setdefault((task.instance_id, places.body_of(task.branch)), []).append(task)
    found = []
    for (_instance, body), some in bodies.items():
        instance = some[0].instance
        compiled = compiled_of(instance)
        if rule := compiled.graph.nodes[some[0].key].joint:
            found.append(_step(instance, compiled, body, rule, _last_round(some, body)))
    return found


def signatures(task: Task) -> tuple[Signature, ...]:
    """Return the signatures of the step that a task belongs to, as they are now; itself where nobody else signs it."""
    instance: Instance = Instance.objects.select_related("process").get(pk=task.instance_id)
    return signatures_of(instance, compiled_of(instance), task)


def signatures_of(instance: Instance, compiled: Compiled, task: Task) -> tuple[Signature, ...]:
    """Return the signatures of the step that an open task belongs to; itself where nobody else signs it."""
    node, body = compiled.graph.nodes[task.key], places.body_of(task.place)
    if not places.is_numbered(task.place) or node.joint is None:
        return (_signature(node, task),)
    same = Task.objects.filter(instance=instance, key=task.key).order_by("pk").select_related("department", "done_by")
    return _step(instance, compiled, body, node.joint, _last_round(same, body)).signatures


def rule_in_words(rule: Signing) -> str:
    """Say a rule of signing in words."""
    found = {
        "all": _("all have to agree"),
        "any": _("one agreement is enough"),
        "percent": _("at least %(number)s%% have to agree") % {"number": rule.number},
        "weight": _("signatures that count %(number)s together have to agree") % {"number": rule.number},
        "first": _("whoever signs first decides for all"),
        "in-turn": _("one after another, all have to agree"),
    }[rule.name]
    return _("%(rule)s; everybody is asked") % {"rule": found} if rule.to_the_end else found


def _last_round(tasks: Iterable[Task], body: str) -> Sequence[Task]:
    """Return the tasks of the last time a step was signed: within one round their numbers grow."""
    found: list[Task] = []
    for task in reversed(_in_order([task for task in tasks if places.body_of(task.branch) == body])):
        if found and places.number_of(task.branch) >= places.number_of(found[-1].branch):
            break
        found.append(task)
    return found[::-1]


def _in_order(tasks: Sequence[Task]) -> list[Task]:
    """Let the signature that is given anew stand where the one stood that was taken back."""
    found: list[Task] = []
    for task in tasks:
        before = [other.branch for other in found if other.state == Task.State.TAKEN_BACK]
        if task.branch in before:
            found = [task if (o.branch, o.state) == (task.branch, Task.State.TAKEN_BACK) else o for o in found]
        else:
            found.append(task)
    return found


def _step(instance: Instance, compiled: Compiled, body: str, rule: Signing, tasks: Sequence[Task]) -> SignedStep:
    node = compiled.graph.nodes[tasks[0].key]
    known = marking_of(instance).scopes.get(body)
    signatures = tuple(_signature(node, task) for task in tasks)
    agrees = None
    if known is not None:
        signatures += tuple(_later(instance, node, known, body))
    else:
        agrees = _together(rule, signatures)
    return SignedStep(node.id, tasks[0].title, rule_in_words(rule), signatures, agrees)


def _together(rule: Signing, signatures: Sequence[Signature]) -> bool | None:
    """Return what those who need not be waited for any more say together; None where time or an end took it away."""
    asked = [one for one in signatures if one.state != "gone"]
    weights = {said: sum(one.weight for one in asked if one.agrees is said) for said in (True, False, None)}
    total = sum(weights.values())
    over = rule.is_over(weights[True], weights[False], total) or not weights[None]
    return rule.agrees(weights[True], total) if over else None


def _signature(node: Node, task: Task) -> Signature:
    done = task.state == Task.State.DONE
    signers = node.repetition.signers if node.repetition else ()
    away = "gone" if task.data.get("taken_away") else "unneeded"
    return Signature(
        office=task.department.title,
        state="signed" if done else "open" if task.state == Task.State.OPEN else away,
        who=task.done_by.name if done and task.done_by else "",
        at=task.done_at if done else None,
        opinion=task.opinion if done else "",
        agrees=task.outcome == node.outcomes[0] if done else None,
        weight=weight_of(signers, places.number_of(task.branch)),
        place=task.place,
        account=task.done_by_id if done else task.claimed_by_id,
        added=added_signer(task.role) is not None,
    )


def _later(instance: Instance, node: Node, known: Mapping[str, Any], body: str) -> Iterator[Signature]:
    """Say of those whose turn has not come which office they sign for."""
    left = open_places(known)
    offices = Department.objects.names() if left else {}
    for number in left:
        item = item_of(known, number)
        added = added_signer(item)
        office = added.department if added else instance.roles.get(item or node.role, 0)
        yield Signature(
            offices.get(office, str(item or node.role)),
            "later",
            weight=weight_of(node.repetition.signers if node.repetition else (), number),
            place=places.numbered(body, number),
            account=added.account if added else None,
            added=added is not None,
        )
