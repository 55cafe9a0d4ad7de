"""What all readers of a drawing share: names without their namespace, notes on what was found, flows and conditions."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from tongban.infrastructure.feel import Expression
from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules import conditions, profile
from tongban.platform.workflow.rules.graphs import Flow
from tongban.platform.workflow.rules.problems import problem


@dataclass
class Notes:
    """What reading a drawing has found so far.

    language   what the file says its conditions are written in
    unit       in which days its timers count, where they do not say it themselves
    names      of messages, errors and escalations: id -> (name, code)
    left_out   ids of elements that were refused: what only follows from that is not said
    extended   places of what another modeller added for its own engine
    drawn      ids of what is only drawn: data, other pools
    """

    language: str = ""
    unit: str = ""
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    extended: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)

    def problem(self, place: str, text: str, remedy: str, /, **details: object) -> None:
        self.problems.append(problem(place, text, remedy, details))

    def refuse(self, element: Element, tag: str, *, place: str = "") -> None:
        """Note that an element is not carried."""
        key = element.get("id") or place or tag
        self.left_out |= {key, *(inner.get("id", "") for inner in element.iter())} - {""}
        self.problem(
            key,
            gettext_noop("<%(tag)s> is not among the elements that Tongban supports."),
            profile.REMEDIES.get(tag, profile.REMOVE),
            tag=tag,
            allowed=", ".join([*profile.NODES, "sequenceFlow"]),
        )

    def extension(self, element: Element, place: str) -> None:
        """Note what another modeller added for its own engine."""
        if len(element):
            self.extended.append(place)

    def warn(self) -> None:
        """Say once what is not read."""
        if self.extended:
            places = list(dict.fromkeys(self.extended))
            self._warning(
                places,
                gettext_noop("Extensions of other modelling tools are not read: %(places)s."),
                gettext_noop("Say who does what with tongban:kind and tongban:role, and remove them."),
            )
        if self.drawn:
            places = list(dict.fromkeys(self.drawn))
            self._warning(
                places,
                gettext_noop("Data and other pools stay in the drawing; nothing follows from them: %(places)s."),
                gettext_noop("Say who does what with tongban:role."),
            )

    def _warning(self, places: list[str], text: str, remedy: str) -> None:
        self.problems.append(problem(places[0], text, remedy, {"places": ", ".join(places)}, severity="warning"))

    def formula(self, place: str, text: str, language: str | None = None) -> Expression | None:
        """Read a formula; note what is wrong with it."""
        try:
            return conditions.read(text, self.language if language is None else language)
        except ValueError as error:
            sentence, remedy, details = conditions.flaw(text, error)
            self.problems.append(problem(place, sentence, remedy, details))
            return None


def split(tag: str) -> tuple[str, str]:
    """Return namespace and name."""
    namespace, _, name = tag.rpartition("}")
    return namespace.lstrip("{"), name


def is_foreign(element: Element, place: str, notes: Notes) -> None:
    """Note attributes of other modellers, e.g. camunda:assignee."""
    spaces = {split(name)[0] for name in element.attrib}
    if spaces - {"", profile.BPMN, profile.TONGBAN, profile.INSTANCE}:
        notes.extended.append(place)


def tongban_attributes(element: Element, tag: str, notes: Notes, place: str = "") -> dict[str, str]:
    """Return our own attributes; note those that this element has not."""
    allowed = profile.ATTRIBUTES.get(tag, ())
    found: dict[str, str] = {}
    for name, value in element.attrib.items():
        namespace, attribute = split(name)
        if namespace != profile.TONGBAN:
            continue
        if attribute in allowed:
            found[attribute] = value.strip()
        else:
            notes.problem(
                place or element.get("id", tag),
                gettext_noop("The attribute tongban:%(attribute)s is not known here."),
                gettext_noop("Remove it; allowed are: %(allowed)s."),
                attribute=attribute,
                allowed=", ".join(allowed) or "–",
            )
    return found


def read_flow(element: Element, notes: Notes) -> Flow:
    """Read a flow with its condition."""
    key, condition = element.get("id", ""), None
    is_foreign(element, key, notes)
    for child in element:
        _, tag = split(child.tag)
        if tag == "conditionExpression" and not (child.text or "").strip():
            continue  # some tools write one at every flow
        if tag == "conditionExpression":
            condition = notes.formula(key, child.text or "", child.get("language"))
        elif tag == "extensionElements":
            notes.extension(child, key)
        elif tag != "documentation":
            notes.refuse(child, tag, place=key)
    return Flow(key, element.get("sourceRef", ""), element.get("targetRef", ""), element.get("name", ""), condition)
