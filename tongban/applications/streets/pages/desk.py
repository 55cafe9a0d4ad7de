"""At the desk: the supervision centre judges and verifies, the command centre follows; the sheet."""

from calendar import monthrange
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase, StreetCentre
from tongban.applications.streets.pages import presenting
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.requests.models import PublicRequest, RequestFile

TITLES = {
    "file": gettext_lazy("File as a case"),
    "decline": gettext_lazy("Do not file"),
    "merge": gettext_lazy("Merge with an earlier report"),
    "hand_over": gettext_lazy("Hand over to another area"),
    "verify": gettext_lazy("Checked: in order"),
    "send_back": gettext_lazy("Send back to be done again"),
}
SHEETS = {
    "area": pgettext_lazy("street", "Areas"),
    "department": gettext_lazy("Departments in charge"),
    "post": gettext_lazy("Collectors"),
}


class StreetStepForm(forms.Form):
    """One step of a case; which fields it has, the step says."""

    department = forms.ModelChoiceField(
        label=gettext_lazy("Dispatch at once to"),
        queryset=Department.objects.none(),
        required=False,
        help_text=gettext_lazy("Empty: the owner of the thing, or the command centre decides."),
    )
    centre = forms.ModelChoiceField(label=gettext_lazy("To which centre?"), queryset=StreetCentre.objects.none())
    number = forms.CharField(label=gettext_lazy("Number of the earlier report"), max_length=24, cleaned=typed.compact)
    words = forms.CharField(
        label=gettext_lazy("Reason or remark"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, step: str, case: StreetCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, at in (("department", "file"), ("centre", "hand_over"), ("number", "merge")):
            if step != at:
                del self.fields[name]
        if step == "file":
            del self.fields["words"]
            working = Department.objects.of_the_house().working().in_order().exclude(pk=case.supervision_id)
            self.fields["department"].queryset = working  # type: ignore[attr-defined]
        elif step == "hand_over":
            others = StreetCentre.objects.in_order().exclude(supervision=case.supervision_id)
            field: Any = self.fields["centre"]
            field.queryset = others
            field.label_from_instance = lambda centre: centre.supervision.title
        if step in {"decline", "merge", "hand_over", "send_back"}:
            self.fields["words"].required = True


class MonthForm(forms.Form):
    """Which month."""

    month = forms.RegexField(r"[0-9]{4}-(0[1-9]|1[0-2])", label=gettext_lazy("Month, as 2026-03"), required=False)


@requires("streets.supervise")
def supervision(request: Request) -> HttpResponse:
    """List what one's supervision centre sees to."""
    return _list(request, StreetCase.objects.supervised_by(request.actor), "supervision")


@requires("streets.command")
def command(request: Request) -> HttpResponse:
    """List what was filed for one's command centre."""
    return _list(request, StreetCase.objects.commanded_by(request.actor), "command")


def _list(request: Request, parts: list[Any], name: str) -> HttpResponse:
    ended = request.GET.get("ended") == "1"
    parts = [part.with_names() for part in parts]
    if ended:
        found = [part.ended() for part in parts]
        pages = keyset_page(found, request.GET, order=("-ended_at", "-pk"), not_null=("ended_at",))
    else:
        pages = keyset_page([part.open() for part in parts], request.GET, order=("reported_at", "pk"))
    return render_page(request, "streets/list.html", pages=pages, rows=presenting.rows(pages), ended=ended, name=name)


@requires("streets.supervise", "streets.command")
def case(request: Request, uid: UUID) -> HttpResponse:
    """Show one case with what may be done now."""
    found = _found(request, uid)
    order = found.order
    return render_page(
        request,
        "streets/case.html",
        case=found,
        title=streets.title_of(found.matter),
        state=presenting.STATES[found.state],
        facts=presenting.facts(found),
        entries=presenting.steps(found),
        marks=_marks(found),
        photos=[row.document.uid for row in RequestFile.objects.of(found.request)],
        steps=[(step, TITLES[step]) for step in _possible(request.actor, found)],
        similar=_similar(found) if found.state == "reported" else [],
        order_page=reverse("desk:workorders:order", args=[order.uid]) if order else "",
        late=order is not None and order.due is not None and order.due < clock.now(),
        due=order.due if order else None,
        today=clock.today(),
    )


@requires("streets.supervise")
def act(request: Request, uid: UUID, step: str) -> HttpResponse:
    """Take one step of a case."""
    found = _found(request, uid)
    if step not in _possible(request.actor, found):
        messages.error(request, _("This step is not possible any more. This is how the case stands now."))
        return redirect("desk:streets:case", uid=uid)
    form = StreetStepForm(
        request.POST or None, step=step, case=found, initial={"number": request.GET.get("number", "")[:24]}
    )
    posted = request.method == "POST"
    if posted and form.is_valid():
        with refusals_on(form):
            _take(request.actor, found, step, form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved: %(step)s.") % {"step": TITLES[step]})
            return redirect("desk:streets:case", uid=uid)
    return render_page(
        request,
        "streets/act.html",
        case=found,
        form=form,
        title=TITLES[step],
        name=streets.title_of(found.matter),
        status=422 if form.errors else 200,
    )


@requires("streets.supervise", "streets.command")
def photo(request: Request, uid: UUID, document: UUID) -> HttpResponse:
    """Send a photograph of a report, as it came."""
    found = _found(request, uid)
    row = RequestFile.objects.of(found.request).named(str(document)).first()
    if row is None:
        raise identity.not_found(request.actor, "street-photo", document)
    if "small" in request.GET:
        return documents.thumbnail(row.document)
    return documents.response(row.document, inline=True)


@requires("streets.supervise")
def evaluation(request: Request) -> HttpResponse:
    """Show the sheet of a month: by area, by department, by collector."""
    form = MonthForm(request.GET or None)
    asked = form.cleaned_data["month"] if form.is_valid() else ""
    first = date.fromisoformat(f"{asked}-01") if asked else clock.today().replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    subject = request.GET.get("by", "area")
    subject = subject if subject in SHEETS else "area"
    lines = streets.evaluate(actor=request.actor, subject=subject, first=first, last=last)
    return render_page(
        request,
        "streets/evaluation.html",
        form=form,
        lines=lines,
        month=f"{first:%Y-%m}",
        subject=subject,
        sheets=list(SHEETS.items()),
        names=[name for name, _rate in lines[0].rates] if lines else [],
        status=422 if form.errors else 200,
    )


def _found(request: Request, uid: UUID) -> StreetCase:
    found = identity.get_visible(StreetCase.objects.with_names(), request.actor, "street-case", uid=uid)
    if not (_supervises(request.actor, found) or _commands(request.actor, found)):
        raise identity.not_found(request.actor, "street-case", uid)
    return found


def _supervises(actor: Actor, found: StreetCase) -> bool:
    return actor.holds("streets.supervise", department=found.supervision_id, area=found.area)


def _commands(actor: Actor, found: StreetCase) -> bool:
    filed = found.filed_at is not None
    return filed and actor.holds("streets.command", department=found.command_id, area=found.area)


def _possible(actor: Actor, found: StreetCase) -> list[str]:
    if not _supervises(actor, found):
        return []
    if found.state == "reported":
        return ["file", "merge", "decline", "hand_over"]
    return ["verify", "send_back"] if found.order and found.order.state == "finished" else []


def _take(actor: Actor, found: StreetCase, step: str, said: dict[str, Any]) -> None:
    if step == "file":
        streets.file_case(actor=actor, case=found, department=said["department"])
    elif step == "merge":
        number = said.pop("number").upper()
        request = PublicRequest.objects.numbered(number).first()
        seen = StreetCase.objects.visible_to(actor).with_names()
        into = seen.filter(request=request).first() if request else None
        streets.merge(actor=actor, case=found, into=identity.must_find(into, actor, "street-case", number), **said)
    else:
        verbs: dict[str, Any] = {
            "decline": streets.decline,
            "hand_over": streets.hand_over,
            "verify": streets.verify,
            "send_back": streets.send_back,
        }
        verbs[step](actor=actor, case=found, **said)


def _marks(found: StreetCase) -> list[dict[str, Any]]:
    """Return where the case is, as a map marks it."""
    request = found.request
    if request.latitude is None:
        return []
    title = streets.title_of(found.matter)
    return [{"latitude": request.latitude, "longitude": request.longitude, "label": title, "tone": "red"}]


def _similar(found: StreetCase) -> list[dict[str, Any]]:
    """Return earlier reports that may be the same, with their numbers, for merging."""
    request = found.request
    if request.latitude is None or request.longitude is None:
        return []
    near = streets.near(request.latitude, request.longitude, radius_m=150, days=30)
    return [
        {
            "number": one.request.number,
            "metres": round(one.metres),
            "at": one.request.received_at,
            "what": streets.title_of(one.request.category),
        }
        for one in near
        if one.request.pk != request.pk and one.request.category[:3] == found.matter[:3]
    ][:5]


desk = [
    path("", supervision, name="supervision"),
    path("command/", command, name="command"),
    path("evaluation/", evaluation, name="evaluation"),
    path("<uuid:uid>/", case, name="case"),
    path("<uuid:uid>/photos/<uuid:document>/", photo, name="photo"),
    path("<uuid:uid>/steps/<slug:step>/", act, name="act"),
]
