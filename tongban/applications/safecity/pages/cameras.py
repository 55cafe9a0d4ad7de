"""The register of cameras and devices at the desk; in the hall, where cameras are and why."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import Camera, SipChannel, SipDevice, VideoRequest
from tongban.applications.safecity.pages.choosing import departments
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

MANAGE = "safecity.manage"
# What a device says of itself, in its own words.
STATUS_WORDS = {
    "Online": pgettext_lazy("device status", "Connection"),
    "Status": pgettext_lazy("device status", "Working"),
    "Encode": pgettext_lazy("device status", "Encoding"),
    "Record": pgettext_lazy("device status", "Recording there"),
    "DeviceTime": pgettext_lazy("device status", "Clock of the device"),
    "Reason": pgettext_lazy("device status", "Reason"),
}


class _ChosenDepartment(forms.Form):
    """A form that lets somebody choose among the departments for which they hold a duty."""

    duty = MANAGE

    def __init__(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments(request.actor, self.duty)  # type: ignore[attr-defined]


class CameraEntryForm(_ChosenDepartment):
    number = forms.CharField(label=gettext_lazy("Number of the camera"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name of the place"), max_length=120)
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department in charge"), queryset=Department.objects.none(), to_field_name="key"
    )
    address = forms.CharField(label=pgettext_lazy("camera", "Address"), max_length=200)
    latitude = forms.FloatField(label=pgettext_lazy("safety", "Latitude"), required=False)
    longitude = forms.FloatField(label=pgettext_lazy("safety", "Longitude"), required=False)
    operator = forms.CharField(label=pgettext_lazy("safety", "Run by"), max_length=120)
    purpose = forms.CharField(label=gettext_lazy("What the camera is for"), max_length=200)
    legal_basis = forms.CharField(label=pgettext_lazy("safety", "Legal basis"), max_length=200)
    sign = forms.CharField(
        label=gettext_lazy("What the sign reads"),
        help_text=gettext_lazy("A visible sign is required wherever a camera looks at a public place."),
        max_length=200,
    )
    sign_seen_on = forms.DateField(label=gettext_lazy("Day on which the sign was last seen there"))
    retention_days = forms.IntegerField(label=gettext_lazy("Pictures are kept for (days)"), min_value=1)
    valid_from = forms.DateField(label=pgettext_lazy("term", "First day"))
    valid_until = forms.DateField(label=pgettext_lazy("term", "Last day"))
    video = forms.CharField(
        label=gettext_lazy("Address of the stream"),
        help_text=gettext_lazy("HLS (https://) or RTSP. It is encrypted, and shown to nobody but by an approved link."),
        max_length=300,
        required=False,
    )
    device = forms.CharField(label=gettext_lazy("Number of its device (20 figures)"), max_length=20, required=False)
    sip_channel = forms.CharField(label=gettext_lazy("Number of its channel"), max_length=20, required=False)


class DeviceForm(_ChosenDepartment):
    number = forms.CharField(label=gettext_lazy("Number of the device (20 figures)"), max_length=20)
    name = forms.CharField(label=gettext_lazy("Name of the device"), max_length=120)
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department in charge"), queryset=Department.objects.none(), to_field_name="key"
    )
    latitude = forms.FloatField(label=pgettext_lazy("safety", "Latitude"), required=False)
    longitude = forms.FloatField(label=pgettext_lazy("safety", "Longitude"), required=False)
    password = forms.CharField(
        label=gettext_lazy("Password of the device"),
        help_text=gettext_lazy("It is encrypted and never shown again. Without one, the password set for all counts."),
        max_length=60,
        required=False,
    )


class SafetyReasonForm(forms.Form):
    reason = forms.CharField(label=pgettext_lazy("safety", "Reason"), max_length=200)


class CameraQuestionForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("Your question"), widget=forms.Textarea, max_length=1000)
    name = forms.CharField(label=pgettext_lazy("safety", "Your name"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("Your telephone number"), max_length=30, required=False)


@requires("safecity.read")
def cameras(request: Request) -> HttpResponse:
    parts = [part.with_names() for part in Camera.objects.listed(request.actor)]
    pages = keyset_page(parts, request.GET, order=("name", "pk"))
    return render_page(request, "safecity/cameras.html", pages=pages, today=clock.today(), rows=_terms(pages.rows))


@requires("safecity.read")
def camera(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(Camera.objects.with_device(), request.actor, "camera", uid=uid)
    return render_page(
        request,
        "safecity/camera.html",
        camera=found,
        in_term=found.in_term(clock.today()),
        asked=list(VideoRequest.objects.of_camera(found).visible_to(request.actor)[:20]),
        form=SafetyReasonForm(),
        may_manage=_may_manage(request, found),
        may_ask=request.actor.holds("safecity.ask_video", department=found.department_id, area=found.area),
    )


@requires(MANAGE)
def add_camera(request: Request) -> HttpResponse:
    return _entry(request, None)


@requires(MANAGE)
def change_camera(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(Camera.objects.with_device(), request.actor, "camera", uid=uid)
    return _entry(request, found)


@requires(MANAGE)
def end_camera(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(Camera.objects.with_names(), request.actor, "camera", uid=uid)
    form = SafetyReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            safecity.end_camera(actor=request.actor, camera=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The camera is out of use and gives no picture any more."))
            return redirect("desk:safecity:camera", uid=uid)
    return render_page(request, "safecity/end_camera.html", camera=found, form=form, status=422 if form.errors else 200)


@requires("safecity.read")
def devices(request: Request) -> HttpResponse:
    parts = [part.with_names() for part in SipDevice.objects.listed(request.actor)]
    pages = keyset_page(parts, request.GET, order=("name", "pk"))
    return render_page(request, "safecity/devices.html", pages=pages)


@requires("safecity.read")
def device(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(SipDevice.objects.with_names(), request.actor, "device", uid=uid)
    channels = list(SipChannel.objects.of_device(found)[:200])
    said = [(word, found.status[name]) for name, word in STATUS_WORDS.items() if name in found.status]
    return render_page(request, "safecity/device.html", device=found, channels=channels, said=said)


@requires(MANAGE)
def add_device(request: Request) -> HttpResponse:
    form = DeviceForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            entry = safecity.DeviceEntry(**given, area=given["department"].area)
            found = safecity.register_device(actor=request.actor, entry=entry)
        if form.is_valid():
            messages.success(request, _("The device may register now."))
            return redirect("desk:safecity:device", uid=found.uid)
    return render_page(request, "safecity/add_device.html", form=form, status=422 if form.errors else 200)


@public
def public_cameras(request: Request) -> HttpResponse:
    """Show everybody where cameras are."""
    rows = Camera.objects.in_public(on=clock.today()).with_names()
    pages = keyset_page(rows, request.GET, order=("name", "pk"))
    marks = [
        {"latitude": row.latitude, "longitude": row.longitude, "label": row.name, "tone": "blue", "square": True}
        for row in pages.rows
        if row.latitude is not None
    ]
    return render_page(request, "safecity/public_cameras.html", pages=pages, marks=marks)


@public
def public_camera(request: Request, uid: UUID) -> HttpResponse:
    """Show everybody why a camera is there, and let them ask about it."""
    rows = Camera.objects.in_public(on=clock.today()).with_names()
    found = identity.must_find(rows.filter(uid=uid).first(), request.actor, "camera", uid)
    form, received = CameraQuestionForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        contact = {name: given[name] for name in ("name", "phone") if given[name]}
        with refusals_on(form):
            received = safecity.ask_about(actor=request.actor, camera=found, words=given["words"], contact=contact)
    return render_page(
        request,
        "safecity/public_camera.html",
        camera=found,
        form=form,
        received=received,
        status=422 if form.errors else 200,
    )


def _entry(request: Request, found: Camera | None) -> HttpResponse:
    initial = {}
    if found:
        initial = {name: getattr(found, name) for name in CameraEntryForm.base_fields}
        initial |= {"department": found.department.key, "device": found.device.number if found.device else ""}
    form = CameraEntryForm(request, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            entry = safecity.CameraEntry(**given, area=given["department"].area)
            found = safecity.register_camera(actor=request.actor, entry=entry, camera=found)
        if form.is_valid() and found:
            messages.success(request, _("The register says so now, in the hall too."))
            return redirect("desk:safecity:camera", uid=found.uid)
    return render_page(
        request, "safecity/camera_entry.html", form=form, camera=found, status=422 if form.errors else 200
    )


def _may_manage(request: Request, found: Camera) -> bool:
    return request.actor.holds(MANAGE, department=found.department_id, area=found.area)


def _terms(rows: Any) -> list[tuple[Camera, bool]]:
    today = clock.today()
    return [(row, row.in_term(today)) for row in rows]
