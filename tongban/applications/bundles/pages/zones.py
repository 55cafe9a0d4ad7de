"""For whoever makes themed zones: list, write, look at it, publish, take back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import Zone, ZoneEntry
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department


class ZoneForm(forms.Form):
    """What a zone says and shows."""

    name = forms.CharField(label=pgettext_lazy("zone", "Name"), max_length=80)
    english = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    notice = forms.CharField(
        label=gettext_lazy("Announcement"),
        help_text=gettext_lazy("What has happened, for whom these services are, and until when."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )
    notice_english = forms.CharField(
        label=gettext_lazy("Announcement in English"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    department = forms.ModelChoiceField(
        label=pgettext_lazy("zone", "Department"),
        empty_label=pgettext_lazy("zone", "Choose"),
        queryset=Department.objects.none(),
        to_field_name="key",
    )
    first_day = forms.DateField(label=pgettext_lazy("zone", "First day"))
    last_day = forms.DateField(label=pgettext_lazy("zone", "Last day"))
    entries = forms.MultipleChoiceField(
        label=gettext_lazy("Services in this zone"),
        help_text=gettext_lazy("At most 30. They are shown in this order."),
        error_messages={"required": gettext_lazy("Choose at least one service.")},
        widget=forms.GroupedChoices,
    )

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["department"].label_from_instance = lambda office: office.title  # type: ignore[attr-defined]
        self.fields["entries"].choices = bundles.choices()  # type: ignore[attr-defined]


class ZoneWithdrawal(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why is the zone withdrawn?"), max_length=200)


@requires("bundles.zone")
def zones(request: Request) -> HttpResponse:
    """List the zones that the reader's departments made."""
    parts = Zone.objects.with_department().parts_for(request.actor)
    pages = keyset_page(parts, request.GET, order=("-last_day", "-pk"))
    return render_page(request, "bundles/zones.html", pages=pages, today=clock.today())


@requires("bundles.zone")
def new(request: Request) -> HttpResponse:
    return _edited(request, None)


@requires("bundles.zone")
def edit(request: Request, uid: str) -> HttpResponse:
    return _edited(request, _own(request, uid))


def _edited(request: Request, zone: Zone | None) -> HttpResponse:
    form = ZoneForm(request.POST or None, initial=_initial(zone), departments=_offices(request))
    if form.is_valid():
        said = form.cleaned_data
        told = bundles.ZoneText(**{name: value for name, value in said.items() if name != "department"})
        with refusals_on(form):
            revision = int(request.POST.get("revision") or 0) if request.POST.get("revision", "").isdigit() else 0
            zone = bundles.write(
                actor=request.actor, department=said["department"], told=told, zone=zone, revision=revision
            )
        if form.is_valid() and zone:
            messages.success(request, _("Saved as a draft. Look at it, then publish it."))
            return redirect("desk:bundles:zone", zone.uid)
    status = 422 if form.errors else 200
    return render_page(request, "bundles/zone_form.html", status=status, form=form, zone=zone)


def _initial(zone: Zone | None) -> dict[str, Any]:
    if zone is None:
        return {"first_day": clock.today(), "last_day": clock.today()}
    names = ("name", "english", "notice", "notice_english", "first_day", "last_day")
    entries = bundles.written(list(ZoneEntry.objects.of(zone)))
    return {**{name: getattr(zone, name) for name in names}, "department": zone.department.key, "entries": entries}


def _offices(request: Request) -> Any:
    """Return the departments for which the reader may make zones."""
    reached = request.actor.reach("bundles.zone")
    offices = Department.objects.working().in_order()
    return offices if None in reached else offices.filter(pk__in=[number for number in reached if number])


@requires("bundles.zone")
def zone(request: Request, uid: str) -> HttpResponse:
    """Show a zone as people will see it, with what may be done with it."""
    return _page(request, _own(request, uid), ZoneWithdrawal())


@requires("bundles.zone")
@require_POST
def publish(request: Request, uid: str) -> HttpResponse:
    bundles.publish_zone(actor=request.actor, zone=_own(request, uid))
    messages.success(request, _("The zone is published. People see it from its first day to its last."))
    return redirect("desk:bundles:zone", uid)


@requires("bundles.zone")
@require_POST
def withdraw(request: Request, uid: str) -> HttpResponse:
    found, form = _own(request, uid), ZoneWithdrawal(request.POST)
    if form.is_valid():
        with refusals_on(form):
            bundles.withdraw_zone(actor=request.actor, zone=found, reason=form.cleaned_data["reason"])
    if not form.is_valid():
        return _page(request, found, form)
    messages.success(request, _("The zone is withdrawn."))
    return redirect("desk:bundles:zone", uid)


def _page(request: Request, zone: Zone, form: ZoneWithdrawal) -> HttpResponse:
    return render_page(
        request,
        "bundles/zone_desk.html",
        status=422 if form.errors else 200,
        zone=zone,
        entries=ZoneEntry.objects.of(zone),
        form=form,
        today=clock.today(),
    )


def _own(request: Request, uid: str) -> Zone:
    return identity.get_visible(Zone.objects.select_related("department"), request.actor, "zone", uid=uid)
