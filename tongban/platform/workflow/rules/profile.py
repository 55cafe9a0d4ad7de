"""Which elements of BPMN 2.0 the house carries, and what to do instead of those that it does not."""

from tongban.infrastructure.kernel.problems import gettext_noop
from tongban.platform.workflow.rules.graphs import EventType, NodeType

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TONGBAN = "urn:tongban:bpmn:1"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
# Attributes of other engines for what BPMN has no attribute for: the list that is gone through, and its element.
OTHERS = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://flowable.org/bpmn",
    "http://activiti.org/bpmn",
)

# What may come out of a task, by kind; tongban:outcomes="…" says it for other kinds.
OUTCOMES: dict[str, tuple[str, ...]] = {
    "accept": ("accept",),
    "review": ("pass", "fail"),
    "inspect": ("pass", "fail"),
    "approve": ("grant", "refuse"),
}

NODES: dict[str, NodeType] = {
    "startEvent": "start",
    "endEvent": "end",
    "userTask": "task",
    "manualTask": "task",
    "task": "task",
    "businessRuleTask": "decision",
    "serviceTask": "service",
    "sendTask": "throw",
    "receiveTask": "receive",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "boundaryEvent": "boundary",
    "parallelGateway": "parallel",
    "exclusiveGateway": "exclusive",
    "inclusiveGateway": "inclusive",
    "eventBasedGateway": "events",
    "subProcess": "subprocess",
    "callActivity": "call",
}
_TASK = ("kind", "role", "days", "outcomes", "not", "skip", "officers")
# Our own attributes, by element.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "userTask": _TASK,
    "manualTask": _TASK,
    "task": _TASK,
    "businessRuleTask": ("decision",),
    "serviceTask": ("port",),
    "sendTask": ("port", "correlation"),
    "receiveTask": ("correlation",),
    "intermediateCatchEvent": ("correlation",),
    "intermediateThrowEvent": ("correlation",),
    "boundaryEvent": ("correlation",),
    "endEvent": ("correlation",),
    "multiInstanceLoopCharacteristics": ("items", "item", "each", "signing", "signers"),
    "timerEventDefinition": ("unit",),
    "process": ("unit",),
}
DEFINITIONS: dict[str, EventType] = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "terminateEventDefinition": "terminate",
}
# What may happen at which element.
EVENTS: dict[NodeType, frozenset[EventType]] = {
    "start": frozenset({"", "timer", "message"}),
    "end": frozenset({"", "message", "error", "escalation", "terminate"}),
    "catch": frozenset({"timer", "message"}),
    "throw": frozenset({"", "message", "escalation"}),
    "boundary": frozenset({"timer", "message", "error", "escalation"}),
}

# Drawing and remarks: they change nothing about who does what, and stay in the file.
REMARKS = {"documentation", "textAnnotation", "association", "group", "laneSet"}
# Data and empty pools are drawn, but say nothing that the process does; a warning names them.
DRAWN = {
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "property",
    "ioSpecification",
    "dataInputAssociation",
    "dataOutputAssociation",
    "messageFlow",
    "participant",
    "potentialOwner",
    "performer",
    "humanPerformer",
    "rendering",
}
INSIDE = {"incoming", "outgoing", "documentation"}
IN_SUBPROCESS = INSIDE | {"multiInstanceLoopCharacteristics"}
# Beside the process: what its events name, and what no element of it uses.
BESIDE = {
    "process",
    "documentation",
    "message",
    "error",
    "escalation",
    "signal",
    "itemDefinition",
    "category",
    "dataStore",
    "relationship",
    "interface",
    "resource",
}

REMEDIES = {
    "scriptTask": gettext_noop("Scripts are not run. Put the decision into a DMN table and use a businessRuleTask."),
    "complexGateway": gettext_noop("Use a parallelGateway or an inclusiveGateway."),
    "transaction": gettext_noop("Draw it as a subProcess; what is to be undone is drawn as a way of its own."),
    "adHocSubProcess": gettext_noop("Draw it as a subProcess, with the order in which things are done."),
    "signalEventDefinition": gettext_noop("Use a message; it names whom it is for."),
    "conditionalEventDefinition": gettext_noop("Use a message that is sent when it becomes true, or a gateway."),
    "linkEventDefinition": gettext_noop("Draw the flow itself."),
    "compensateEventDefinition": gettext_noop("Draw what is to be undone as a way of its own."),
    "cancelEventDefinition": gettext_noop("Use an error event."),
    "standardLoopCharacteristics": gettext_noop("Lead a flow back to the activity, from a gateway behind it."),
    "callChoreography": gettext_noop("Draw a process."),
    "collaboration": gettext_noop("Keep one pool that has the process; the others stay empty."),
}
REMOVE = gettext_noop("Remove it, or use one of: %(allowed)s.")
