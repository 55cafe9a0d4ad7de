"""A process as people see it: a picture, and the same in words."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext, pgettext

from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import flattening, pictures
from tongban.platform.workflow.rules.graphs import Graph
from tongban.platform.workflow.services.definitions import ProcessDefinition
from tongban.platform.workflow.services.signing import SignedStep


def picture(
    definition: ProcessDefinition | str,
    *,
    done: Iterable[str] = (),
    current: Iterable[str] = (),
    faulty: Iterable[str] = (),
    notes: Mapping[str, str] | None = None,
) -> str:
    """Draw a process as SVG, from top to bottom, with the same in words for whoever does not see it.

    done, current   keys of finished and open tasks
    faulty          ids of elements and flows that something is wrong with; a flow is marked where it begins, and what
                    cannot be read at its neighbour
    notes           task key -> a short line under its name, e.g. who does it and in how many days
    """
    whole = reader.read(definition if isinstance(definition, str) else definition.bpmn)[0]
    graph, faulty = flattening.flat(whole), [whole.beside.get(key, key) for key in faulty]
    wrong = frozenset(graph.flows[key].source if key in graph.flows else key for key in faulty)
    marks = pictures.Marks(frozenset(done), frozenset(current), wrong)
    return pictures.draw(graph, _words(), marks, notes or {})


def picture_of(subject: str, signed: Iterable[SignedStep]) -> str:
    """Draw the process that something is in or was: what is done, what lies open, how many of several have signed.

    signed   its steps that several people sign, see `signed_steps`
    "" where no process was ever begun about it.
    """
    instance = Instance.objects.of(subject).select_related("process").first()
    if instance is None:
        return ""
    tasks = Task.objects.of(subject).filter(instance=instance)
    current = set(tasks.open().values_list("key", flat=True))
    done = set(tasks.standing().values_list("key", flat=True)) - current
    notes = {step.key: step.progress for step in signed}
    return picture(instance.process.bpmn, done=done, current=current, notes=notes)


def outline(definition: ProcessDefinition | str, *, done: Iterable[str] = (), current: Iterable[str] = ()) -> list[str]:
    """Say what the picture shows: a sentence for each task, and one for the ends."""
    marks = pictures.Marks(frozenset(done), frozenset(current))
    return list(pictures.describe(_drawn(definition), _words(), marks))


def _drawn(definition: ProcessDefinition | str) -> Graph:
    return flattening.flat(reader.read(definition if isinstance(definition, str) else definition.bpmn)[0])


def _words() -> pictures.DiagramWords:
    return pictures.DiagramWords(
        title=gettext("How “%(name)s” is handled"),
        start=pgettext("process", "Start"),
        end=pgettext("process", "End"),
        done=pgettext("task", "done"),
        current=pgettext("task", "in progress"),
        faulty=pgettext("element of a process", "to be corrected"),
        otherwise=pgettext("process", "otherwise"),
        after=pgettext("process", "after “%(name)s”"),
        stop=pgettext("process", "."),
        limit=pgettext("process", "when time has passed"),
        message=pgettext("process", "when word comes"),
        error=pgettext("process", "when it cannot be done"),
    )
