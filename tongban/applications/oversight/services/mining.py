"""How cases of a service really go, for who supervises: the picture and the tables beside it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.applications.oversight.rules.flowpictures import FlowArc, FlowBox, draw
from tongban.applications.oversight.services.wording import lasted
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases.services.mining import MinedProcess, StepArc, mined

# An arc that fewer of a hundred cases take is left out of the picture, and stands in the table.
RARE_PERCENT = 5
# So many of the slowest arcs are called bottlenecks: of those that take at least a day, and that so many cases take.
BOTTLENECKS, OFTEN_PERCENT = 3, 20
DAY = timedelta(days=1)


@dataclass(frozen=True)
class ProcessPicture:
    """What was found. drawn: SVG; names: key of a step -> what it is called; slow: the bottlenecks, slowest first."""

    mined: MinedProcess
    drawn: str
    names: dict[str, str]
    slow: tuple[StepArc, ...]
    rare: int


def picture(*, actor: Actor, service: str, name: str, first: date, last: date) -> ProcessPicture:
    """Return how the cases of a service went that were received in these days, as far as the duty reaches.

    name   of the service, for the title of the picture. Raises NotAllowed.
    """
    actor.must_hold("oversight.supervise")
    found = mined(service=service, first=first, last=last, reach=actor.within("oversight.supervise"))
    names = {step.key: step.title for step in found.steps}
    frequent = [arc for arc in found.arcs if arc.times * 100 >= found.cases * RARE_PERCENT]
    often = [arc for arc in frequent if arc.times > 1 and arc.times * 100 >= found.cases * OFTEN_PERCENT]
    slow = [arc for arc in sorted(often, key=lambda arc: -arc.median) if arc.median >= DAY][:BOTTLENECKS]
    shown = {key for arc in frequent for key in (arc.source, arc.target)}
    boxes = [
        FlowBox(step.key, step.title, ngettext("%(cases)s case", "%(cases)s cases", step.cases) % {"cases": step.cases})
        for step in found.steps
        if step.key in shown
    ]
    arcs = [
        FlowArc(
            arc.source, arc.target, f"{arc.times} · {lasted(arc.median)}", arc.times / max(found.cases, 1), arc in slow
        )
        for arc in frequent
    ]
    title = _("How cases of “%(service)s” go: what follows what, how often, and how long it takes") % {"service": name}
    return ProcessPicture(found, draw(title, boxes, arcs), names, tuple(slow), len(found.arcs) - len(frequent))
