"""Read what happens at an event, and how often an activity happens."""

from collections.abc import Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

from tongban.infrastructure.feel import Expression
from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.platform.workflow.rules import conditions, profile, signing, timers
from tongban.platform.workflow.rules.elements import Notes, split, tongban_attributes
from tongban.platform.workflow.rules.graphs import ACTIVITIES, Node, Repetition
from tongban.platform.workflow.rules.problems import problem
from tongban.platform.workflow.rules.profile import BPMN

_TIMERS: dict[str, timers.TimerType] = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def names_of(root: Element) -> dict[str, tuple[str, str]]:
    """Return what events name: id -> (name, code) of messages, errors and escalations."""
    found = {}
    for child in root:
        namespace, tag = split(child.tag)
        if namespace == BPMN and tag in {"message", "error", "escalation"}:
            key, name = child.get("id", ""), child.get("name", "")
            found[key] = (name or key, child.get("errorCode") or child.get("escalationCode") or name or key)
    return found


def read_event(node: Node, element: Element, ours: Mapping[str, str], notes: Notes) -> Node:
    """Return the node with what happens at it; what is wrong with it is noted."""
    if node.type not in profile.EVENTS and node.type != "receive":
        return node
    if text := ours.get("correlation"):
        node = replace(node, correlation=notes.formula(node.id, text))
    if node.type == "boundary":
        stops = element.get("cancelActivity", "true") != "false"
        node = replace(node, attached_to=element.get("attachedToRef", ""), interrupting=stops)
    if split(element.tag)[1] in {"receiveTask", "sendTask"}:
        return _with_message(replace(node, event="message"), element, notes)
    found = [child for child in element if split(child.tag)[1].endswith("EventDefinition")]
    if len(found) > 1:
        notes.problem(
            node.id,
            gettext_noop("Several things may happen at this event."),
            gettext_noop("Draw an event for each of them."),
        )
        return node
    return _defined(node, found[0] if found else None, notes)


def is_definition(node: Node, element: Element, tag: str) -> bool:
    """Say whether a child of an element says what happens there; `read_event` has looked at it."""
    return tag.endswith("EventDefinition") and node.type in profile.EVENTS and not element.tag.endswith("Task")


def _defined(node: Node, definition: Element | None, notes: Notes) -> Node:
    tag = split(definition.tag)[1] if definition is not None else ""
    event = profile.DEFINITIONS.get(tag, "") if tag else ""
    if (tag and not event) or event not in profile.EVENTS[node.type]:
        if definition is not None:
            notes.refuse(definition, tag, place=node.id)
        else:
            notes.problem(
                node.id,
                gettext_noop("Nothing says what happens at this event."),
                gettext_noop("Add a timerEventDefinition or a messageEventDefinition."),
            )
        return node
    node = replace(node, event=event)
    if definition is None or event == "terminate":
        return node
    if event == "timer":
        return replace(node, timer=_timer(definition, node.id, notes))
    if event == "message":
        return _with_message(node, definition, notes)
    _name, code = notes.names.get(definition.get(f"{event}Ref", ""), ("", ""))
    if node.type != "boundary" and not code:
        notes.problem(
            node.id,
            gettext_noop("Nothing says which error or escalation this is."),
            gettext_noop("Let errorRef or escalationRef name an <error> or <escalation> beside the process."),
        )
    return replace(node, code=code)


def _with_message(node: Node, element: Element, notes: Notes) -> Node:
    name, _code = notes.names.get(element.get("messageRef", ""), ("", ""))
    # That a process begins with a message says how people call it; whoever starts it has received it.
    if not name and node.type != "start":
        notes.problem(
            node.id,
            gettext_noop("Nothing says which message this is."),
            gettext_noop("Let messageRef name a <message> that stands beside the process."),
        )
    return replace(node, message=name)


def _timer(definition: Element, place: str, notes: Notes) -> timers.Timer | None:
    unit = tongban_attributes(definition, "timerEventDefinition", notes, place).get("unit", notes.unit)
    written = [(tag, child) for child in definition if (tag := split(child.tag)[1]) in _TIMERS]
    if len(written) != 1:
        notes.problem(
            place,
            gettext_noop("The timer does not say when it is due."),
            gettext_noop("Write one timeDuration, timeDate or timeCycle into its timerEventDefinition."),
        )
        return None
    tag, child = written[0]
    text = child.text or ""
    try:
        return timers.read(_TIMERS[tag], text, unit, child.get("language", notes.language))
    except timers.UnreadableTimer as error:
        notes.problem(place, error.sentence, error.remedy, **error.details)
    except ValueError as error:
        sentence, remedy, details = conditions.flaw(text, error)
        notes.problems.append(problem(place, sentence, remedy, details))
    return None


def read_repetition(element: Element, place: str, notes: Notes) -> Repetition | None:
    """Read how often an activity happens; what is wrong with it is noted."""
    ours = tongban_attributes(element, "multiInstanceLoopCharacteristics", notes, place)
    others = {name: value for space in profile.OTHERS for name, value in _of(element, space).items()}
    texts = {split(child.tag)[1]: child for child in element}
    items = ours.get("items") or others.get("collection") or _text(texts.get("loopDataInputRef"))
    item = ours.get("item") or others.get("elementVariable") or _name(texts.get("inputDataItem"))

    def formula(tag: str) -> Expression | None:
        child = texts.get(tag)
        return notes.formula(place, child.text or "", child.get("language")) if child is not None else None

    count = formula("loopCardinality")
    rule, signers = _signing(ours, place, notes)
    if not items and not ours.get("signers") and "loopCardinality" not in texts:
        notes.problem(
            place,
            gettext_noop("Nothing says how often this happens."),
            gettext_noop('Write <loopCardinality>3</loopCardinality>, or tongban:items="name of a list".'),
        )
    each = ours.get("each", "")
    if each not in {"", "role"}:
        notes.problem(
            place,
            gettext_noop("tongban:each is “%(each)s”."),
            gettext_noop('Write tongban:each="role" where each of the list names the role that does the task.'),
            each=each,
        )
    return Repetition(
        sequential=element.get("isSequential") == "true" or (rule is not None and rule.in_turn),
        count=count,
        items=notes.formula(place, items) if items else None,
        item=item,
        each_role=each == "role" or bool(signers),
        completion=formula("completionCondition"),
        signing=rule,
        signers=signers,
    )


def _signing(
    ours: Mapping[str, str], place: str, notes: Notes
) -> tuple[signing.Signing | None, tuple[signing.SigningRole, ...]]:
    """Read by which rule several sign together, and who; what is wrong with it is noted."""
    rule: signing.Signing | None = None
    signers: tuple[signing.SigningRole, ...] = ()
    try:
        rule = signing.read(ours["signing"]) if "signing" in ours else None
    except signing.UnknownRule as error:
        notes.problem(
            place,
            gettext_noop("“%(rule)s” is no rule by which several people sign."),
            gettext_noop("Write tongban:signing with one of: all, any, percent:60, weight:3, first, in-turn."),
            rule=str(error),
        )
    try:
        signers = signing.read_signers(ours.get("signers", ""))
    except signing.UnknownSigner as error:
        notes.problem(
            place,
            gettext_noop("“%(signer)s” among the signers is no role."),
            gettext_noop('Write the roles one after another, tongban:signers="review traffic=2"; 2 counts twice.'),
            signer=str(error),
        )
    return rule, signers


def attached_place(node: Node, nodes: Mapping[str, Node], notes: Notes) -> None:
    """See that a boundary event is attached to an activity beside it."""
    activity = nodes.get(node.attached_to)
    if activity is None or activity.type not in ACTIVITIES or activity.parent != node.parent:
        notes.problem(
            node.id,
            gettext_noop("The event is attached to “%(activity)s”, which is no activity."),
            gettext_noop("Attach it to a task, a sub-process or a call, with attachedToRef."),
            activity=node.attached_to,
        )


def _of(element: Element, namespace: str) -> dict[str, str]:
    return {
        name: value for full, value in element.attrib.items() for space, name in [split(full)] if space == namespace
    }


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _name(element: Element | None) -> str:
    return (element.get("name") or element.get("id") or "") if element is not None else ""
