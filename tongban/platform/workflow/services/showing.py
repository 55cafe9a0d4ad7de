"""A process as people see it: a picture, and the same in words."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext, pgettext

from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import flattening, pictures
from tongban.platform.workflow.rules.graphs import Graph
from tongban.platform.workflow.services.definitions import ProcessDefinition


def picture(
    definition: ProcessDefinition | str,
    *,
    done: Iterable[str] = (),
    current: Iterable[str] = (),
    notes: Mapping[str, str] | None = None,
) -> str:
    """Draw a process as SVG, from top to bottom, with the same in words for whoever does not see it.

    done, current   keys of finished and open tasks
    notes           task key -> a short line under its name, e.g. who does it and in how many days
    """
    return pictures.draw(
        _drawn(definition), _words(), done=frozenset(done), current=frozenset(current), notes=notes or {}
    )


def outline(definition: ProcessDefinition | str, *, done: Iterable[str] = (), current: Iterable[str] = ()) -> list[str]:
    """Say what the picture shows: a sentence for each task, and one for the ends."""
    return list(pictures.describe(_drawn(definition), _words(), done=frozenset(done), current=frozenset(current)))


def _drawn(definition: ProcessDefinition | str) -> Graph:
    return flattening.flat(reader.read(definition if isinstance(definition, str) else definition.bpmn)[0])


def _words() -> pictures.DiagramWords:
    return pictures.DiagramWords(
        title=gettext("How “%(name)s” is handled"),
        start=pgettext("process", "Start"),
        end=pgettext("process", "End"),
        done=pgettext("task", "done"),
        current=pgettext("task", "in progress"),
        otherwise=pgettext("process", "otherwise"),
        after=pgettext("process", "after “%(name)s”"),
        stop=pgettext("process", "."),
        limit=pgettext("process", "when time has passed"),
        message=pgettext("process", "when word comes"),
        error=pgettext("process", "when it cannot be done"),
    )
