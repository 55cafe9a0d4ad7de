"""Read XML as it may come from anywhere, and say in words what is wrong with it."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.workflow.rules.problems import problem

MAX_FILE = 512 * 1024
# Codes of the parser (expat).
_FAULTS = {
    2: gettext_noop("it is not XML"),
    3: gettext_noop("the file ends too early"),
    4: gettext_noop("a character is not allowed there"),
    5: gettext_noop("a tag is not closed"),
    7: gettext_noop("the closing tag is not that of the opening one"),
    8: gettext_noop("an attribute appears twice"),
    9: gettext_noop("something is left over after the end"),
    11: gettext_noop("an entity is not known"),
    18: gettext_noop("the encoding it names is not known"),
    19: gettext_noop("the encoding it names is not the one it is written in"),
    27: gettext_noop("a prefix was not declared"),
}


class _LineParser(DefusedXMLParser):  # type: ignore[misc]
    """A parser that notes in which line each element begins."""

    def __init__(self) -> None:
        super().__init__(forbid_dtd=True)
        self.begun: list[int] = []

    def _start(self, *arguments: Any) -> Any:
        self.begun.append(self.parser.CurrentLineNumber)
        return super()._start(*arguments)


def lines(root: Element, begun: list[int]) -> Iterator[tuple[Element, int]]:
    """Yield each element with the line it begins in."""
    yield from zip(root.iter(), begun, strict=True)


def read(text: str) -> Element | Problem:
    """Return the root element, or what keeps the text from being read."""
    found = read_with_lines(text)
    return found if isinstance(found, Problem) else found[0]


def read_with_lines(text: str) -> tuple[Element, list[int]] | Problem:
    """Return the root element and the lines in which its elements begin, or what keeps the text from being read."""
    if len(text) > MAX_FILE:
        return problem("", gettext_noop("The file is too large."), gettext_noop("Split it."))
    try:
        parser = _LineParser()
        parser.feed(text.encode())
        root: Element = parser.close()
        return root, parser.begun
    except DefusedXmlException:
        return problem(
            "",
            gettext_noop("The file contains a document type or entities."),
            gettext_noop("Remove <!DOCTYPE …> and <!ENTITY …>; they are not allowed."),
        )
    except ParseError as error:
        line, column = error.position
        return problem(
            f"line {line}, column {column + 1}",
            gettext_noop("This is not well-formed XML: %(error)s."),
            gettext_noop("Correct it there, or save the file again from the modelling tool."),
            {"error": _FAULTS.get(error.code, str(error))},
        )
    except (ValueError, LookupError):
        return problem(
            "",
            gettext_noop("The file does not declare its character encoding correctly."),
            gettext_noop("Save it as UTF-8."),
        )
