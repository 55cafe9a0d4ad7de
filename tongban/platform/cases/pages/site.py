"""Where an inspection is, whom one meets there, and when; for the inspector and for the applicant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.rules.inspection import Inspection
from tongban.platform.places import services as places

PARTS = {"morning": gettext_lazy("in the morning"), "afternoon": gettext_lazy("in the afternoon")}
STATES = {
    "proposed": gettext_lazy("proposed, the applicant may still answer"),
    "agreed": gettext_lazy("agreed"),
    "other": gettext_lazy("proposed by the applicant, the inspector has not answered yet"),
}


class Proposal(forms.Form):
    day = forms.DateField(label=gettext_lazy("Day of the visit"))
    part = forms.ChoiceField(label=gettext_lazy("Time of day"), choices=list(PARTS.items()), widget=forms.RadioSelect)


class Reply(forms.Form):
    """What the applicant says to a proposed visit; another time only where they do not agree."""

    agreed = forms.ChoiceField(
        label=gettext_lazy("Does this time suit you?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, I propose another"))],
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=gettext_lazy("Day of the visit"), required=False)
    part = forms.ChoiceField(
        label=gettext_lazy("Time of day"), required=False, choices=list(PARTS.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(label=gettext_lazy("Remark"), required=False, max_length=300)


class Visited(NamedTuple):
    """A visit in words."""

    when: str
    state: str
    open: bool
    answer_by: datetime | None
    note: str


@dataclass(frozen=True)
class Site:
    """Where an inspection is, and when.

    position   latitude and longitude of the address, None where nobody measured it
    """

    address: str
    contact: str
    phone: str
    position: tuple[float, float] | None
    visit: Visited | None = None


def when(day: date, part: str) -> str:
    return _("%(day)s %(part)s") % {"day": ui.day(day), "part": PARTS[part]}


def visited(visit: cases.Visit | None) -> Visited | None:
    if visit is None:
        return None
    answerable = visit.state == "proposed"
    said = when(visit.day, visit.part)
    return Visited(said, str(STATES[visit.state]), answerable, visit.answer_by if answerable else None, visit.note)


def site_of(case: Case, asked: Inspection, visit: cases.Visit | None = None, *, located: bool = True) -> Site:
    """Return where an inspection is, and whom one meets there, as the applicant stated it.

    located   look for the position of the address as well: one question for each, too many for a list
    """
    answers = case.answers
    address = str(answers.get(asked.address, ""))
    return Site(
        address=address,
        contact=str(answers.get(asked.contact, "")),
        phone=str(answers.get(asked.phone, "")),
        position=places.position_of(address) if located else None,
        visit=visited(visit),
    )


def sites_of(tasks: Mapping[int, str]) -> dict[int, Site]:
    """Return where each of these inspections is. tasks: case -> key of the task in its process"""
    found, visits = {}, cases.visits_of(tasks)
    for case in Case.objects.among(tasks):
        asked = cases.plan_of(case.version).inspection(tasks[case.pk])
        if asked is not None:
            found[case.pk] = site_of(case, asked, visits.get(case.pk), located=False)
    return found
