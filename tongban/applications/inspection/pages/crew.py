"""On the phone: my inspections, the checklist that goes on without a connection, the ticket on the spot."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import FieldInspection, InspectionPhoto, PenaltyCase
from tongban.applications.inspection.pages import presenting
from tongban.applications.inspection.pages.cases import TicketForm, opening_of
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import HeldRefusal, refusals, refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.workorders import services as workorders

INSPECT = "inspection.inspect"


class RecordForm(forms.Form):
    """What an inspection found: an answer and words for each item, the outcome, who signed."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("inspection", "Outcome"), choices=FieldInspection.Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=pgettext_lazy("inspection", "Remark"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    signed = forms.CharField(
        label=gettext_lazy("Whoever was inspected signs by typing their name"), required=False, max_length=80
    )
    refusal = forms.CharField(label=gettext_lazy("Or: why nobody signed"), required=False, max_length=300)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=60, cleaned=typed.identifier, widget=forms.HiddenInput)
    offline = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: tuple[inspection.CheckItem, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        absent = self.data.get("outcome") == FieldInspection.Outcome.ABSENT
        own: dict[str, Any] = {}
        for item in items:
            own[f"item-{item.key}"] = forms.ChoiceField(
                label=item.title,
                choices=list(inspection.OUTCOMES.items()),
                widget=forms.RadioSelect,
                required=not absent,
            )
            own[f"words-{item.key}"] = forms.CharField(
                label=pgettext("inspection", "What was found"), required=False, max_length=500
            )
        self.fields = {**own, **self.fields}  # type: ignore[assignment]

    def clean_at(self) -> datetime | None:
        """Read the moment that the phone says, in ISO 8601 with its zone."""
        if not self.cleaned_data["at"]:
            return None
        try:
            said = datetime.fromisoformat(self.cleaned_data["at"])
        except ValueError as error:
            raise forms.ValidationError(_("This is no moment: %(said)s.") % {"said": self.data["at"]}) from error
        return said if said.tzinfo else said.replace(tzinfo=UTC)

    def found(self, photos: list[Any]) -> inspection.FieldRecord:
        """Return what was found."""
        given = self.cleaned_data
        return inspection.FieldRecord(
            outcome=given["outcome"],
            answers={
                item.key: (given[f"item-{item.key}"], given[f"words-{item.key}"])
                for item in self.items
                if given[f"item-{item.key}"]
            },
            photos=photos,
            **{name: given[name] for name in ("words", "signed", "refusal", "latitude", "longitude", "at", "key")},
            offline=given["offline"],
        )


@requires(INSPECT)
def today(request: Request) -> HttpResponse:
    """List the inspections that lie before whoever asks, the next one first."""
    parts = [part.planned().with_names() for part in FieldInspection.objects.inspected_by(request.actor.account)]
    pages = keyset_page(parts, request.GET, order=("planned_on", "pk"))
    return render_page(
        request,
        "inspection/today.html",
        pages=pages,
        rows=[(one, inspection.matter_title(one.matter), one.planned_on < clock.today()) for one in pages],
        app=_app(request),
    )


@requires(INSPECT)
def inspect(request: Request, uid: UUID) -> HttpResponse:
    """Show an inspection with its checklist; after it was recorded, what follows from it."""
    found = _inspection(request, uid)
    return _page(request, found, RecordForm(items=_items(found)))


@require_POST
@requires(INSPECT)
def record(request: Request, uid: UUID) -> HttpResponse:
    """Take what was found: sent by a form, or by the script that kept it without a connection."""
    found = _inspection(request, uid)
    form = RecordForm(request.POST, items=_items(found))
    by_script = "application/json" in request.headers.get("accept", "")
    refused = HeldRefusal()
    if form.is_valid():
        with refusals(403) as refused:
            inspection.record(actor=request.actor, inspection=found, found=form.found(request.FILES.getlist("photos")))
        if refused:
            refused.put_on(form)
    if not form.is_valid():
        if by_script:
            return JsonResponse({"outcome": "refused", "sentence": _said(form)}, status=422)
        return _page(request, found, form, status=422)
    after = reverse("crew:inspection:inspect", args=[uid])
    if not form.cleaned_data["offline"]:
        messages.success(request, _("Recorded. Nobody can change this record any more."))
    return JsonResponse({"outcome": "taken", "next": after}) if by_script else redirect(after)


@requires(INSPECT)
def ticket(request: Request, uid: UUID) -> HttpResponse:
    """Decide on the spot about what an inspection found."""
    found = _inspection(request, uid)
    if not found.findings or found.entity.party_id is None:
        messages.error(request, _("There is nothing to decide: record the inspection first."))
        return redirect("crew:inspection:inspect", uid=uid)
    form = TicketForm(request.POST or None, initial=opening_of(found))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            inspection.write_ticket(
                actor=request.actor,
                act=inspection.found_at(found, given["violation"], given["facts"]),
                step=given["step"],
                fine_fen=given["fine_fen"],
                said=given["said"],
                key=f"ticket:{found.pk}:{given['violation']}",
            )
        if form.is_valid():
            messages.success(request, _("Decided on the spot. The sealed ticket with its payment code follows."))
            return redirect("crew:inspection:inspect", uid=uid)
    return render_page(
        request,
        "inspection/ticket.html",
        inspection=found,
        form=form,
        status=422 if form.errors else 200,
    )


@requires(INSPECT)
def materials(request: Request, uid: UUID) -> HttpResponse:
    """Fetch what the city holds about whom is inspected; the company sees that it was read."""
    found = _inspection(request, uid)
    held = inspection.fetch_materials(actor=request.actor, inspection=found)
    return render_page(
        request,
        "inspection/materials.html",
        inspection=found,
        held=held,
        penalties=[(case, inspection.violation(case.violation).title) for case in held.penalties],
        today=clock.today(),
    )


@requires(INSPECT)
def ready(request: Request) -> HttpResponse:
    """Tell the script who is signed in, and with which token it sends what waited."""
    return JsonResponse({"account": _app(request).account, "token": get_token(request)})


@public
def worker(request: Request) -> HttpResponse:
    """Send the script that keeps these pages for when there is no connection; it may do so for these pages only."""
    return HttpResponse(workorders.worker_script(), content_type="text/javascript; charset=utf-8")


def _page(request: Request, found: FieldInspection, form: RecordForm, *, status: int = 200) -> HttpResponse:
    items = [(form[f"item-{item.key}"], form[f"words-{item.key}"]) for item in form.items]
    return render_page(
        request,
        "inspection/inspect.html",
        status=status,
        inspection=found,
        facts=presenting.inspection_facts(found),
        answers=presenting.answers(found),
        photos=[photo.document for photo in InspectionPhoto.objects.of(found)],
        form=form,
        items=items,
        rest=[form[name] for name in ("outcome", "words", "signed", "refusal")],
        penalties=PenaltyCase.objects.of_inspection(found),
        may_decide=bool(found.findings) and found.entity.party_id is not None,
        app=_app(request),
    )


def _said(form: RecordForm) -> str:
    """Return what is wrong with a record in sentences, each with the name of its field."""
    return " ".join(
        f"{form.fields[name].label}：{text}" if name in form.fields and form.fields[name].label else str(text)
        for name, texts in form.errors.items()
        for text in texts
    )


def _items(found: FieldInspection) -> tuple[inspection.CheckItem, ...]:
    return inspection.matter(found.matter, found.planned_on).items


def _app(request: Request) -> workorders.OutdoorApp:
    return workorders.outdoor_app(request.actor, "workorders/position.js")


def _inspection(request: Request, uid: UUID) -> FieldInspection:
    found = identity.get_visible(FieldInspection.objects.with_names(), request.actor, "inspection", uid=uid)
    if request.actor.account not in {found.first_account, found.second_account}:
        raise identity.not_found(request.actor, "inspection", uid)
    return found


crew = [
    path("", today, name="today"),
    path("ready/", ready, name="ready"),
    path("worker.js", worker, name="worker"),
    path("<uuid:uid>/", inspect, name="inspect"),
    path("<uuid:uid>/record/", record, name="record"),
    path("<uuid:uid>/ticket/", ticket, name="ticket"),
    path("<uuid:uid>/materials/", materials, name="materials"),
]
