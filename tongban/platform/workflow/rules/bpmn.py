"""Read a BPMN 2.0 file into a graph, and say what in it this house does not carry.

The profile is small on purpose: start, end, user task, decision (business rule task), exclusive and parallel gateway,
sequence flow. What is not in it is refused, never skipped, because a skipped element changes what the drawing means.
What other modellers add for their own engines is named in a warning; a pool around the one process is only a frame.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.etree.ElementTree import Element

from tongban.infrastructure.feel import Expression
from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules import conditions, xmlfile
from tongban.platform.workflow.rules.problems import problem

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TONGBAN = "urn:tongban:bpmn:1"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

# What may come out of a task, by kind; tongban:outcomes="…" says it for other kinds.
OUTCOMES: dict[str, tuple[str, ...]] = {
    "accept": ("accept",),
    "review": ("pass", "fail"),
    "inspect": ("pass", "fail"),
    "approve": ("grant", "refuse"),
}

NodeType = Literal["start", "end", "task", "decision", "parallel", "exclusive"]

_NODES: dict[str, NodeType] = {
    "startEvent": "start",
    "endEvent": "end",
    "userTask": "task",
    "businessRuleTask": "decision",
    "parallelGateway": "parallel",
    "exclusiveGateway": "exclusive",
}
# Drawing and remarks: they change nothing about who does what.
_REMARKS = {"documentation", "textAnnotation", "association", "laneSet"}
_INSIDE = {"incoming", "outgoing", "documentation"}
_WORD = re.compile(r"[a-z][a-z0-9_]*")

_REMEDIES = {
    "scriptTask": gettext_noop("Scripts are not run. Put the decision into a DMN table and use a businessRuleTask."),
    "serviceTask": gettext_noop(
        "What the system does by itself belongs to the modules that listen to the process; remove this task."
    ),
    "manualTask": gettext_noop("Draw it as a userTask with tongban:kind and tongban:role."),
    "task": gettext_noop("Draw it as a userTask with tongban:kind and tongban:role."),
    "inclusiveGateway": gettext_noop("Use a parallelGateway, or exclusiveGateways one after another."),
    "eventBasedGateway": gettext_noop("Use an exclusiveGateway that asks for the outcome of a task."),
    "boundaryEvent": gettext_noop("Give the task a limit with tongban:days instead."),
    "intermediateCatchEvent": gettext_noop("Give the task a limit with tongban:days instead."),
    "subProcess": gettext_noop("Draw its elements in the process itself."),
    "collaboration": gettext_noop(
        "Keep one pool around the process, without messages; tongban:role says who does the work."
    ),
}
_REMOVE = gettext_noop("Remove it, or use one of: %(allowed)s.")


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the drawing.

    kind, role, days, outcomes   of tasks
    table                        of decisions: id of the DMN decision
    default                      of exclusive gateways: the flow taken when no condition holds
    terminate                    of ends: every other branch stops too
    """

    id: str
    type: NodeType
    name: str = ""
    kind: str = ""
    role: str = ""
    days: int = 0
    outcomes: tuple[str, ...] = ()
    table: str = ""
    default: str = ""
    terminate: bool = False
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """A process, ready to run."""

    key: str
    name: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)

    def of_type(self, *types: NodeType) -> list[Node]:
        return [node for node in self.nodes.values() if node.type in types]

    @property
    def start(self) -> Node:
        return self.of_type("start")[0]

    @property
    def tasks(self) -> list[Node]:
        return self.of_type("task")

    @property
    def roles(self) -> list[str]:
        return list(dict.fromkeys(node.role for node in self.tasks))

    def asked_names(self) -> frozenset[str]:
        """Return the names of data that conditions ask for."""
        return frozenset(name for flow in self.flows.values() if flow.condition for name in flow.condition.names())


def read(bpmn: str) -> tuple[Graph, list[Problem]]:
    """Read a file. The graph is only fit to run when there are no problems here, and none in `soundness`."""
    root = xmlfile.read(bpmn)
    if isinstance(root, Problem):
        return Graph("", ""), [root]
    return _Reader(root).read()


class _Reader:
    """Walks through one document and collects nodes, flows and problems."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, Flow] = {}
        self.extended: list[str] = []
        self.language = root.get("expressionLanguage", "")

    def read(self) -> tuple[Graph, list[Problem]]:
        process = self._process()
        if process is None:
            return Graph("", ""), self.problems
        self._foreign(process, "process")
        for child in process:
            self._element(child)
        self._connect()
        self._warn()
        return Graph(process.get("id", ""), process.get("name", ""), self.nodes, self.flows), self.problems

    def _process(self) -> Element | None:
        if self.root.tag != f"{{{BPMN}}}definitions":
            self._problem(
                "",
                gettext_noop("The file does not begin with <definitions> of BPMN 2.0."),
                gettext_noop("Export the drawing as BPMN 2.0 XML."),
            )
            return None
        for child in self.root:
            namespace, tag = _split(child.tag)
            if namespace == BPMN and not self._frame(child, tag):
                self._refuse(child, tag)
        processes = self.root.findall(f"{{{BPMN}}}process")
        if len(processes) != 1:
            self._problem(
                "",
                gettext_noop("The file contains %(count)d processes."),
                gettext_noop("Keep exactly one <process>."),
                count=len(processes),
            )
            return None
        return processes[0]

    def _frame(self, element: Element, tag: str) -> bool:
        """Say whether an element beside the process says nothing about who does what: a pool around it, remarks."""
        if tag == "extensionElements":
            return self._extension(element, "definitions")
        if tag != "collaboration":
            return tag in {"process", "documentation"}
        parts = [_split(child.tag)[1] for child in element]
        return parts.count("participant") == 1 and set(parts) <= {"participant", "documentation", "extensionElements"}

    def _element(self, element: Element) -> None:
        namespace, tag = _split(element.tag)
        if namespace != BPMN:
            self._refuse(element, tag)
        elif tag == "sequenceFlow":
            self._flow(element)
        elif tag in _NODES:
            self._node(element, tag)
        elif tag not in _REMARKS and not (tag == "extensionElements" and self._extension(element, "process")):
            self._refuse(element, tag)

    def _flow(self, element: Element) -> None:
        key = element.get("id", "")
        condition = None
        self._foreign(element, key)
        for child in element:
            _, tag = _split(child.tag)
            if tag == "conditionExpression":
                condition = self._condition(key, child)
            elif tag != "documentation" and not (tag == "extensionElements" and self._extension(child, key)):
                self._refuse(child, tag, place=key)
        if self._take_id(key, "sequenceFlow"):
            source, target = element.get("sourceRef", ""), element.get("targetRef", "")
            self.flows[key] = Flow(key, source, target, element.get("name", ""), condition)

    def _condition(self, flow: str, element: Element) -> Expression | None:
        text = element.text or ""
        try:
            return conditions.read(text, element.get("language", self.language))
        except ValueError as error:
            sentence, remedy, details = conditions.flaw(text, error)
            self.problems.append(problem(flow, sentence, remedy, details))
            return None

    def _extension(self, element: Element, place: str) -> bool:
        """Note what another modeller added for its own engine."""
        if len(element):
            self.extended.append(place)
        return True

    def _foreign(self, element: Element, place: str) -> None:
        """Note attributes of other modellers, e.g. camunda:assignee."""
        spaces = {_split(name)[0] for name in element.attrib}
        if spaces - {"", BPMN, TONGBAN, INSTANCE}:
            self.extended.append(place)

    def _warn(self) -> None:
        if self.extended:
            places = list(dict.fromkeys(self.extended))
            self.problems.append(
                problem(
                    places[0],
                    gettext_noop("Extensions of other modelling tools are not read: %(places)s."),
                    gettext_noop("Say who does what with tongban:kind and tongban:role, and remove them."),
                    {"places": ", ".join(places)},
                    severity="warning",
                )
            )

    def _node(self, element: Element, tag: str) -> None:
        key = element.get("id", "")
        terminate = False
        for child in element:
            _, inner = _split(child.tag)
            if tag == "endEvent" and inner == "terminateEventDefinition":
                terminate = True
            elif inner not in _INSIDE and not (inner == "extensionElements" and self._extension(child, key)):
                self._refuse(child, inner, place=key)
        self._foreign(element, key)
        if not self._take_id(key, tag):
            return
        ours = self._own_attributes(key, element, tag)
        kind = ours.get("kind", "")
        outcomes = tuple(ours.get("outcomes", "").split()) or OUTCOMES.get(kind, ())
        self.nodes[key] = Node(
            id=key,
            type=_NODES[tag],
            name=element.get("name", "").strip(),
            kind=kind,
            role=ours.get("role", ""),
            days=self._days(key, ours.get("days", "")),
            outcomes=outcomes,
            table=ours.get("decision", ""),
            default=element.get("default", ""),
            terminate=terminate,
        )

    def _own_attributes(self, key: str, element: Element, tag: str) -> dict[str, str]:
        allowed = {"userTask": ("kind", "role", "days", "outcomes"), "businessRuleTask": ("decision",)}.get(tag, ())
        found: dict[str, str] = {}
        for name, value in element.attrib.items():
            namespace, attribute = _split(name)
            if namespace != TONGBAN:
                continue
            if attribute in allowed:
                found[attribute] = value.strip()
            else:
                self._problem(
                    key,
                    gettext_noop("The attribute tongban:%(attribute)s is not known here."),
                    gettext_noop("Remove it; allowed are: %(allowed)s."),
                    attribute=attribute,
                    allowed=", ".join(allowed) or "–",
                )
        return found

    def _days(self, key: str, text: str) -> int:
        if not text:
            return 0
        if text.isascii() and text.isdigit() and len(text) <= 4 and 0 < int(text) <= 3650:
            return int(text)
        self._problem(
            key,
            gettext_noop("tongban:days is “%(days)s”."),
            gettext_noop("Write a number of working days from 1 to 3650."),
            days=text,
        )
        return 0

    def _take_id(self, key: str, tag: str) -> bool:
        if key and key not in self.nodes and key not in self.flows:
            return True
        self._problem(
            key or tag,
            gettext_noop("The id “%(id)s” is empty or used twice."),
            gettext_noop("Give every element its own id; it is the stable key of the task or outcome."),
            id=key,
        )
        return False

    def _refuse(self, element: Element, tag: str, *, place: str = "") -> None:
        self._problem(
            element.get("id") or place or tag,
            gettext_noop("<%(tag)s> is not among the elements that Tongban supports."),
            _REMEDIES.get(tag, _REMOVE),
            tag=tag,
            allowed=", ".join([*_NODES, "sequenceFlow"]),
        )

    def _connect(self) -> None:
        incoming: dict[str, list[str]] = {key: [] for key in self.nodes}
        outgoing: dict[str, list[str]] = {key: [] for key in self.nodes}
        for flow in list(self.flows.values()):
            if flow.source in self.nodes and flow.target in self.nodes:
                outgoing[flow.source].append(flow.id)
                incoming[flow.target].append(flow.id)
                continue
            del self.flows[flow.id]
            self._problem(
                flow.id,
                gettext_noop("The flow leads from “%(source)s” to “%(target)s”; one of them does not exist."),
                gettext_noop("Connect both of its ends, or remove it."),
                source=flow.source,
                target=flow.target,
            )
        for key, node in self.nodes.items():
            parts: dict[str, Any] = {name: getattr(node, name) for name in Node.__slots__}
            self.nodes[key] = Node(**{**parts, "incoming": tuple(incoming[key]), "outgoing": tuple(outgoing[key])})

    def _problem(self, place: str, text: str, remedy: str, /, **details: object) -> None:
        self.problems.append(problem(place, text, remedy, details))


def successors(graph: Graph, key: str) -> Iterator[str]:
    for flow in graph.nodes[key].outgoing:
        yield graph.flows[flow].target


def is_word(text: str) -> bool:
    """Say whether an id can be named in a condition."""
    return bool(_WORD.fullmatch(text))


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.lstrip("{"), name
