"""What a page says to somebody who reads it: its forms, its faults at the fields and in the summary, its scripts."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

CHINESE = re.compile(r"[一-鿿]")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """An element with what stands in it. Whatever the reader sees is in `text`."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    own: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.own).split())

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def form(self) -> "Element | None":
        """The form it stands in."""
        return self if self.tag == "form" else self.parent and self.parent.form

    def all(self, *tags: str) -> list["Element"]:
        """Return the elements of these kinds in here, all of them without a kind."""
        found = [part for child in self.children for part in child.all(*tags)]
        return [self, *found] if not tags or self.tag in tags else found

    def within(self, name: str) -> bool:
        """Say whether it stands inside an element of that class."""
        return self.parent is not None and (name in self.parent.classes or self.parent.within(name))


class Page(HTMLParser):
    """An answer, read."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.status = answer.status_code
        self.html = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        self.root = self._here = Element("", {})
        self.feed(self.html)
        self.elements = self.root.all()
        self.ids = {element.attributes["id"] for element in self.elements if "id" in element.attributes}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._here)
        self._here.children.append(element)
        if tag not in VOID:
            self._here = element

    def handle_endtag(self, tag: str) -> None:
        element = self._here
        while element.parent is not None and element.tag != tag:
            element = element.parent
        self._here = element.parent or self._here

    def handle_data(self, data: str) -> None:
        element: Element | None = self._here
        while element is not None:
            element.own.append(data)
            element = element.parent

    @property
    def text(self) -> str:
        """Everything a reader can see in the body."""
        return next((element.text for element in self.elements if element.tag == "main"), self.root.text)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The lines of the error summary: (id of the field a line leads to, sentence)."""
        lines = [element for element in self.elements if element.tag == "li" and element.within("errors")]
        return [(self._goal(line), line.text) for line in lines]

    @property
    def faults(self) -> list[Element]:
        """What stands at the fields."""
        return [element for element in self.elements if "field__error" in element.classes]

    @property
    def controls(self) -> dict[str, list[str]]:
        """What the controls hold: name -> values; choices that are not chosen are left out."""
        found: dict[str, list[str]] = {}
        for element in self.elements:
            name = element.attributes.get("name", "")
            if element.tag == "textarea":
                # The first line break after the tag belongs to the markup.
                found.setdefault(name, []).append("".join(element.own).removeprefix("\n"))
            elif element.tag == "input" and element.attributes.get("type") not in {"radio", "checkbox", "submit"}:
                found.setdefault(name, []).append(element.attributes.get("value", ""))
            elif element.tag == "input" and "checked" in element.attributes:
                found.setdefault(name, []).append(element.attributes.get("value", "on"))
            elif element.tag == "select":
                chosen = [option for option in element.all("option") if "selected" in option.attributes]
                found.setdefault(name, []).extend(option.attributes.get("value", "") for option in chosen)
        return found

    @property
    def names(self) -> set[str]:
        """The names of all controls, chosen or not."""
        controls = {"input", "textarea", "select"}
        return {element.attributes.get("name", "") for element in self.elements if element.tag in controls} - {""}

    def control(self, name: str) -> Element:
        return next(element for element in self.elements if element.attributes.get("name") == name)

    def fault_of(self, name: str) -> str:
        """Return what stands at the field of that name."""
        box = _box(self.control(name))
        return " ".join(fault.text for fault in self.faults if fault.parent is box)

    def is_told_well(self) -> None:
        """Assert that every fault is at its field and in the summary, in Chinese, and leads from there to the field."""
        boxes = []
        assert self.summary, f"nothing is said: {self.text[:300]}"
        for goal, sentence in self.summary:
            assert CHINESE.search(sentence), f"not in Chinese: {sentence}"
            if goal:
                assert goal in self.ids, f"leads nowhere: #{goal} {sentence}"
                box = _box(next(element for element in self.elements if element.attributes.get("id") == goal))
                at_field = " ".join(fault.text for fault in self.faults if fault.parent is box)
                said = (sentence, sentence.partition("：")[2])  # some summaries name the field before the sentence
                assert any(text and text in at_field for text in said), f"only in the summary: {sentence}"
                boxes.append(box)
        for fault in self.faults:
            assert CHINESE.search(fault.text), f"not in Chinese: {fault.text}"
            assert any(fault.parent is box for box in boxes), f"only at the field: {fault.text}"

    def is_safe(self, *typed: str) -> None:
        """Assert that nothing that was typed became part of the markup."""
        for text in typed:
            assert text not in self.html, f"not escaped: {text}"
        for element in self.elements:
            inline = element.tag == "script" and not element.attributes.get("src")
            assert not inline or element.attributes.get("type") == "application/json", element.text[:100]
            assert not any(name.startswith("on") for name in element.attributes), element.attributes
            assert not element.attributes.get("href", "").lower().startswith(("javascript:", "data:"))

    def _goal(self, line: Element) -> str:
        links = line.all("a")
        return links[0].attributes.get("href", "").partition("#")[2] if links else ""


def _box(element: Element) -> Element | None:
    """Return the box of a field, or of a material, that an element stands in or is."""
    box: Element | None = element
    while box is not None and not box.classes & {"field", "material"}:
        box = box.parent
    return box
