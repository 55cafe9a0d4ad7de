"""What else an official may do to a case besides its tasks: each a form on one page, and a view of its own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases import steps
from tongban.platform.cases.models import Case, Concern
from tongban.platform.cases.pages import afterwards, office, presenting
from tongban.platform.cases.pages.reasons import IN_DECISION, reason_field
from tongban.platform.cases.pages.ways import Way
from tongban.platform.cases.services import following_up

CAUSES = {
    "applicant-gone": gettext_lazy("The applicant has died, or the organisation no longer exists"),
    "object-gone": gettext_lazy("What the application is about no longer exists"),
    "other": gettext_lazy("Another reason"),
}


class TerminationForm(forms.Form):
    prefix = "terminate"
    cause = forms.ChoiceField(
        label=gettext_lazy("Why there is nothing left to decide"),
        choices=list(CAUSES.items()),
        widget=forms.RadioSelect,
    )
    reason = reason_field(read_in=IN_DECISION)


class ForwardingForm(forms.Form):
    prefix = "forward"
    office = forms.CharField(label=gettext_lazy("Office that decides"), max_length=100)
    reason = reason_field()


class HearingOffer(forms.Form):
    prefix = "offer"
    reason = reason_field(label=gettext_lazy("Why the applicant should be heard"))


class HearingCall(forms.Form):
    prefix = "call"
    day = forms.DateField(label=gettext_lazy("Day of the hearing"))
    time = forms.CharField(label=gettext_lazy("Time of day"), max_length=20)
    where = forms.CharField(label=gettext_lazy("Place of the hearing"), max_length=100)
    host = forms.CharField(
        label=gettext_lazy("Chair"), help_text=gettext_lazy("Nobody who examined the application."), max_length=50
    )


class HearingRecord(forms.Form):
    prefix = "record"
    record = forms.CharField(
        label=gettext_lazy("Record of the hearing"),
        help_text=gettext_lazy("The decision is made on the basis of it, and the applicant can read it."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


FORMS: dict[str, type[forms.Form]] = {
    "offer": HearingOffer,
    "call": HearingCall,
    "record": HearingRecord,
    "terminate": TerminationForm,
    "forward": ForwardingForm,
    **{name: step.form for name, step in afterwards.STEPS.items()},
}
VERBS: dict[str, Callable[..., Case]] = {
    "offer": cases.offer_hearing,
    "call": cases.call_hearing,
    "record": cases.record_hearing,
    "terminate": cases.terminate,
    "forward": cases.forward,
    **{name: step.verb for name, step in afterwards.STEPS.items()},
}
KINDS = {
    "offer": "hearing_offered",
    "call": "hearing_called",
    "record": "hearing_held",
    "terminate": "terminated",
    "forward": "forwarded",
}
TITLES: dict[str, StrOrPromise] = {
    "offer": gettext_lazy("Tell the right to a hearing"),
    "call": gettext_lazy("Invite to the hearing"),
    "record": gettext_lazy("Record of the hearing"),
    "terminate": gettext_lazy("Terminate the proceedings"),
    "forward": gettext_lazy("Forward to a higher office"),
    **{name: step.title for name, step in afterwards.STEPS.items()},
}
# When a step is taken, and what follows; with the days that the law gives.
NOTES: dict[str, StrOrPromise] = {
    "offer": gettext_lazy(
        "Where a decision touches important interests. The applicant has %(request)s working days to ask for one."
    ),
    "call": gettext_lazy(
        "The applicant asked for it; both time limits are paused. Invite %(notice)s working days ahead."
    ),
    "record": "",
    "terminate": gettext_lazy(
        "Only where nothing is left to decide. The applicant receives a sealed decision with the reason."
    ),
    "forward": gettext_lazy(
        "Where the law lets another office decide. The case ends here, and the time limits with it."
    ),
    **{name: step.note for name, step in afterwards.STEPS.items()},
}
LABELS: dict[str, StrOrPromise] = {
    "offer": gettext_lazy("Send the notice"),
    "call": gettext_lazy("Send the invitation"),
    "record": gettext_lazy("Keep the record and resume the time limits"),
    "terminate": gettext_lazy("Terminate"),
    "forward": gettext_lazy("Forward the case"),
    **{name: step.label for name, step in afterwards.STEPS.items()},
}
FINAL = {"terminate", "forward", *(name for name, step in afterwards.STEPS.items() if step.kind == "danger")}
# At which stage of the hearing a step of it is possible.
STAGES = {"offer": {""}, "call": {"asked", "called"}, "record": {"called"}}


@requires("cases.approve")
def show(request: Request, uid: str) -> HttpResponse:
    """Show what else may be done to a case now."""
    return _page(request, uid)


@requires("cases.approve")
def take(request: Request, uid: str, step: str) -> HttpResponse:
    """Take one of these steps."""
    _own(request, uid)
    form = FORMS[step](request.POST)
    return office.give(
        request,
        lambda: VERBS[step](
            actor=request.actor, uid=uid, revision=forms.sent_revision(request.POST), **form.cleaned_data
        ),
        form=form,
        done=_("Done. The applicant will be notified."),
        page=reverse("desk:cases:further", args=[uid]),
        onward=reverse("desk:cases:case", args=[uid]),
        again=lambda problem: _page(request, uid, problem=problem, typed={step: form}),
    )


def _own(request: Request, uid: str) -> Case:
    """Return a case that the actor decides. Raises NotAllowed, NotFound."""
    matter = office.case_of(request, uid)
    request.actor.must_hold("cases.approve", department=matter.department_id, area=matter.area)
    return matter


def _page(request: Request, uid: str, *, problem: str = "", typed: dict[str, forms.Form] | None = None) -> HttpResponse:
    matter = _own(request, uid)
    sent: dict[str, Any] = typed or {}
    hearing = cases.hearing_of(matter)
    possible = [
        name
        for name, kind in KINDS.items()
        if steps.is_allowed(kind, matter.state) and hearing.stage in STAGES.get(name, {hearing.stage})
    ]
    # What somebody waits for stands first.
    possible += [name for name, step in afterwards.STEPS.items() if step.possible(matter)]
    possible.sort(key=lambda name: name != "concern-answer")
    if hearing.day and clock.today() < hearing.day and "record" in possible:
        possible.remove("record")
    # What was typed into a form that the page does not show now can be copied.
    lost = [form for name, form in sent.items() if problem and name not in possible]
    return render_page(
        request,
        "cases/office/further.html",
        status=409 if problem else 422 if any(form.errors for form in sent.values()) else 200,
        case=matter,
        clocks=presenting.clocks(matter),
        light=presenting.light_of(matter),
        state=cases.state_of(matter),
        hearing=hearing,
        problem=problem,
        written=office.unsaved_text(*lost),
        broken=following_up.broken_by(matter) if "annul-tell" in possible else None,
        ways=[_way(name, matter, sent.get(name) or FORMS[name]()) for name in possible],
        concern=Concern.objects.about(matter).unanswered().first(),
    )


def _way(name: str, matter: Case, form: forms.Form) -> Way:
    note = NOTES[name]
    return Way(
        name,
        TITLES[name],
        str(note) % cases.hearing_days() if "%(" in str(note) else note,
        LABELS[name],
        "danger" if name in FINAL else "primary",
        reverse(f"desk:cases:{name}", args=[matter.uid]),
        form,
    )


routes = [
    path("<slug:uid>/further/", show, name="further"),
    *[path(f"<slug:uid>/further/{name}/", take, {"step": name}, name=name) for name in FORMS],
]
