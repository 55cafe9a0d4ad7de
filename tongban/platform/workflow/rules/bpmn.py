"""Read a BPMN 2.0 file into a graph, and say what in it this house does not carry.

What is not carried (see `profile`) is refused, never skipped, because a skipped element changes what the drawing means.
What other modellers add for their own engines, and what is only drawn, is named in a warning. The file itself is kept
word for word, so all of it leaves again as it came.
"""

from dataclasses import replace
from functools import lru_cache
from xml.etree.ElementTree import Element

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules import profile, xmlfile
from tongban.platform.workflow.rules.elements import Notes, is_foreign, read_flow, split, tongban_attributes
from tongban.platform.workflow.rules.events import attached_place, is_definition, names_of, read_event, read_repetition
from tongban.platform.workflow.rules.graphs import Flow, Graph, Node
from tongban.platform.workflow.rules.problems import located
from tongban.platform.workflow.rules.profile import BPMN

_PROCESS = f"{{{BPMN}}}process"


def read(bpmn: str) -> tuple[Graph, list[Problem]]:
    """Read a file. The graph is only fit to run when there are no problems here, and none in `soundness`."""
    graph, problems = _read(bpmn)
    return graph, list(problems)


@lru_cache(maxsize=16)
def _read(bpmn: str) -> tuple[Graph, list[Problem]]:
    """Whoever checks a definition asks for the same file a dozen times."""
    found = xmlfile.read_with_lines(bpmn)
    if isinstance(found, Problem):
        return Graph("", ""), [found]
    reader = _Reader(*found)
    graph = reader.read()
    return graph, located(reader.notes.problems, reader.lines)


class _Reader:
    """Walks through one document and collects nodes, flows and problems."""

    def __init__(self, root: Element, begun: list[int]) -> None:
        self.root = root
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, Flow] = {}
        self.lines: dict[str, int] = {}
        self.beside: dict[str, str] = {}
        for element, line in xmlfile.lines(root, begun):
            self.lines.setdefault(element.get("id") or split(element.tag)[1], line)
        self.notes = Notes(language=root.get("expressionLanguage", ""))

    def read(self) -> Graph:
        main = self._main()
        if main is None:
            return Graph("", "", lines=self.lines)
        for process in self.root.findall(_PROCESS):
            self.notes.unit = tongban_attributes(process, "process", self.notes).get("unit", "")
            is_foreign(process, "process", self.notes)
            self._contents(process, "" if process is main else process.get("id", ""))
        self._connect()
        self._border()
        self.notes.warn()
        return Graph(main.get("id", ""), main.get("name", ""), self.nodes, self.flows, self.lines, self.beside)

    def _main(self) -> Element | None:
        """Return the process that nothing calls."""
        if self.root.tag != f"{{{BPMN}}}definitions":
            self.notes.problem(
                "",
                gettext_noop("The file does not begin with <definitions> of BPMN 2.0."),
                gettext_noop("Export the drawing as BPMN 2.0 XML."),
            )
            return None
        for child in self.root:
            namespace, tag = split(child.tag)
            if namespace == BPMN:
                self._beside(child, tag)
        self.notes.names = names_of(self.root)
        called = {call.get("calledElement") for call in self.root.iter(f"{{{BPMN}}}callActivity")}
        processes = [process for process in self.root.findall(_PROCESS) if process.get("id") not in called]
        if len(processes) != 1:
            self.notes.problem(
                "",
                gettext_noop("The file contains %(count)d processes that nothing calls."),
                gettext_noop("Keep exactly one <process>, and those that its callActivity elements name."),
                count=len(processes),
            )
            return None
        return processes[0]

    def _beside(self, element: Element, tag: str) -> None:
        """Look at what stands beside the process: pools around it, messages that its events name."""
        if tag == "extensionElements":
            self.notes.extension(element, "definitions")
        elif tag == "collaboration":
            self._pools(element)
        elif tag not in profile.BESIDE:
            self.notes.refuse(element, tag)

    def _pools(self, element: Element) -> None:
        """A pool around the process is only a frame; other pools are drawn for the reader."""
        parts = [child for child in element if split(child.tag)[1] == "participant"]
        others = {split(child.tag)[1] for child in element} - {
            "participant",
            "messageFlow",
            "documentation",
            "extensionElements",
            *profile.REMARKS,
        }
        if not parts or others:
            self.notes.refuse(element, "collaboration")
        for child in element:
            tag = split(child.tag)[1]
            if tag == "messageFlow" or (tag == "participant" and len(parts) > 1 and not child.get("processRef")):
                self.notes.drawn.append(child.get("id") or tag)

    def _contents(self, element: Element, scope: str) -> None:
        for child in element:
            namespace, tag = split(child.tag)
            if namespace != BPMN:
                self.notes.refuse(child, tag)
            elif tag == "sequenceFlow":
                self._flow(child)
            elif tag in profile.NODES:
                self._node(child, tag, scope)
            elif tag in profile.DRAWN:
                self.notes.drawn.append(child.get("id") or tag)
            elif tag == "extensionElements":
                self.notes.extension(child, element.get("id", "") if element.tag != _PROCESS else "process")
            elif tag not in profile.REMARKS and not (scope and tag in profile.IN_SUBPROCESS):
                self.notes.refuse(child, tag)

    def _flow(self, element: Element) -> None:
        if self._take_id(element.get("id", ""), "sequenceFlow"):
            flow = read_flow(element, self.notes)
            self.flows[flow.id] = flow

    def _node(self, element: Element, tag: str, scope: str) -> None:
        key = element.get("id", "")
        if not self._take_id(key, tag):
            return
        node = self._read_node(element, tag, key)
        if node is None:
            self.notes.left_out.add(key)
            self.beside[key] = element.get("attachedToRef", "")
            return
        self.nodes[key] = replace(node, parent=scope)
        if node.type == "subprocess":
            self._contents(element, key)

    def _read_node(self, element: Element, tag: str, key: str) -> Node | None:
        ours = tongban_attributes(element, tag, self.notes)
        is_foreign(element, key, self.notes)
        kind = ours.get("kind", "")
        node = Node(
            id=key,
            type=profile.NODES[tag],
            name=element.get("name", "").strip(),
            kind=kind,
            role=ours.get("role", ""),
            days=self._days(key, ours.get("days", "")),
            outcomes=tuple(ours.get("outcomes", "").split()) or profile.OUTCOMES.get(kind, ()),
            apart=tuple(ours.get("not", "").split()),
            skip=self._word(key, ours, "skip", "same-handler"),
            officers=2 if self._word(key, ours, "officers", "2") else 1,
            table=ours.get("decision", ""),
            port=ours.get("port", ""),
            default=element.get("default", ""),
            called=element.get("calledElement", ""),
        )
        if tag in {"task", "manualTask"} and not (node.kind and node.role):
            self.notes.problem(
                key,
                gettext_noop("Nothing says who does “%(name)s”."),
                gettext_noop("Give it tongban:kind and tongban:role, or draw what the system does as a serviceTask."),
                name=node.name or key,
            )
            return None
        if tag == "serviceTask" and not node.port:
            self.notes.problem(
                key,
                gettext_noop("Nothing says what does “%(name)s”."),
                gettext_noop('Write tongban:port="name of what does it", or draw it as a userTask.'),
                name=node.name or key,
            )
            return None
        if tag == "subProcess" and element.get("triggeredByEvent") == "true":
            self.notes.problem(
                key,
                gettext_noop("A sub-process that an event begins by itself is not among what Tongban supports."),
                gettext_noop("Attach the event to the activity that it belongs to, as a boundaryEvent."),
            )
            return None
        if tag == "sendTask" and node.port:
            return self._with_children(replace(node, type="service"), element, ours)
        return self._with_children(node, element, ours)

    def _with_children(self, node: Node, element: Element, ours: dict[str, str]) -> Node | None:
        before = len(self.notes.problems)
        found = read_event(node, element, ours, self.notes)
        for child in element:
            tag = split(child.tag)[1]
            if tag == "multiInstanceLoopCharacteristics" and node.type in {"task", "subprocess", "call"}:
                found = replace(found, repetition=read_repetition(child, node.id, self.notes))
            elif tag in profile.DRAWN:
                self.notes.drawn.append(node.id)
            elif tag == "extensionElements":
                self.notes.extension(child, node.id)
            elif not (node.type == "subprocess" or tag in profile.INSIDE or is_definition(node, element, tag)):
                self.notes.refuse(child, tag, place=node.id)
        # An event whose definition is refused has nothing more to be said of it.
        return found if len(self.notes.problems) == before or node.type == "task" else None

    def _word(self, key: str, ours: dict[str, str], attribute: str, only: str) -> bool:
        """Say whether an attribute has the one value it may have; note another."""
        if (value := ours.get(attribute, only)) != only:
            self.notes.problem(
                key,
                gettext_noop("tongban:%(attribute)s is “%(value)s”, which means nothing here."),
                gettext_noop('Write tongban:%(attribute)s="%(only)s", or remove it.'),
                attribute=attribute,
                value=value,
                only=only,
            )
        return attribute in ours

    def _days(self, key: str, text: str) -> int:
        if not text:
            return 0
        if text.isascii() and text.isdigit() and len(text) <= 4 and 0 < int(text) <= 3650:
            return int(text)
        self.notes.problem(
            key,
            gettext_noop("tongban:days is “%(days)s”."),
            gettext_noop("Write a number of working days from 1 to 3650."),
            days=text,
        )
        return 0

    def _take_id(self, key: str, tag: str) -> bool:
        if key and key not in self.nodes and key not in self.flows:
            return True
        self.notes.problem(
            key or tag,
            gettext_noop("The id “%(id)s” is empty or used twice."),
            gettext_noop("Give every element its own id; it is the stable key of the task or outcome."),
            id=key,
        )
        return False

    def _connect(self) -> None:
        incoming: dict[str, list[str]] = {key: [] for key in self.nodes}
        outgoing: dict[str, list[str]] = {key: [] for key in self.nodes}
        for flow in list(self.flows.values()):
            source, target = self.nodes.get(flow.source), self.nodes.get(flow.target)
            if source and target and source.parent == target.parent:
                outgoing[flow.source].append(flow.id)
                incoming[flow.target].append(flow.id)
                continue
            del self.flows[flow.id]
            if target is None and source and not self.beside.get(flow.target):
                self.beside[flow.target] = source.id
            # Of a flow to what was refused, everything is said already.
            if not self.notes.left_out & {flow.source, flow.target}:
                self._loose(flow, crossing=bool(source and target))
        for key, node in self.nodes.items():
            self.nodes[key] = replace(node, incoming=tuple(incoming[key]), outgoing=tuple(outgoing[key]))

    def _loose(self, flow: Flow, *, crossing: bool) -> None:
        if crossing:
            text = gettext_noop("The flow leads from “%(source)s” to “%(target)s”, across the border of a sub-process.")
        else:
            text = gettext_noop("The flow leads from “%(source)s” to “%(target)s”; one of them does not exist.")
        remedy = gettext_noop("Connect both of its ends, or remove it.")
        self.notes.problem(flow.id, text, remedy, source=flow.source, target=flow.target)

    def _border(self) -> None:
        """See that what events are attached to, and what is called, is there."""
        processes = {process.get("id") for process in self.root.findall(_PROCESS)}
        for node in self.nodes.values():
            if node.type == "boundary" and node.attached_to not in self.notes.left_out:
                attached_place(node, self.nodes, self.notes)
            elif node.type == "call" and node.called not in processes:
                self.notes.problem(
                    node.id,
                    gettext_noop("The file contains no process “%(called)s”."),
                    gettext_noop("Put the process that is called into the same file, or draw a subProcess."),
                    called=node.called,
                )
