"""Read XML as it may come from anywhere, and say in words what is wrong with it."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

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


def read(text: str) -> Element | Problem:
    """Return the root element, or what keeps the text from being read."""
    if len(text) > MAX_FILE:
        return problem("", gettext_noop("The file is too large."), gettext_noop("Split it."))
    try:
        root: Element = fromstring(text.encode(), forbid_dtd=True)
        return root
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
