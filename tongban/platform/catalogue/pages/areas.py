"""异地受理 at the desk: which offices of other areas handle a service, where the law lets applicants choose."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import AreaOffice, Service
from tongban.platform.catalogue.models.changes import MAX_BASIS
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow

CONTACTS = ("consult", "complaint")
REMEDIES = ("review", "litigation")


class AreaOfficeForm(forms.Form):
    """Which department handles a service for its area, and who plays each role of the process there."""

    department = forms.ChoiceField(
        label=gettext_lazy("Department that handles it there"),
        help_text=gettext_lazy("Its area is the one that applicants choose. Naming it again changes its entry."),
    )
    basis = forms.CharField(
        label=gettext_lazy("Basis of the change"),
        help_text=gettext_lazy("By which decision; everybody reads it in the list of changes. May be empty."),
        max_length=MAX_BASIS,
        required=False,
    )
    consult = forms.CharField(label=gettext_lazy("Telephone for questions"), max_length=40)
    complaint = forms.CharField(label=gettext_lazy("Telephone for complaints"), max_length=40)
    review = forms.CharField(
        label=gettext_lazy("Administrative review: to whom, and in which time"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    litigation = forms.CharField(
        label=gettext_lazy("Lawsuit: at which court, and in which time"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, request: Request, service: Service, data: Any = None) -> None:
        super().__init__(data)
        found = list(Department.objects.working().in_order())
        choose = [("", _("— choose —"))]
        elsewhere = [one for one in found if one.area and one.area != service.department.area]
        may = [one for one in elsewhere if request.actor.holds("catalogue.publish", department=one.pk, area=one.area)]
        self.fields["department"].choices = [*choose, *((one.key, one.title) for one in may)]  # type: ignore[attr-defined]
        self.roles = [row["key"] for row in (service.current.guide.get("role", ()) if service.current else ())]
        called = _work_of_roles(service)
        for role in self.roles:
            self.fields[f"role-{role}"] = forms.ChoiceField(
                label=_("Who does “%(role)s” there") % {"role": called.get(role, role)},
                choices=[*choose, *((one.key, one.title) for one in elsewhere)],
            )

    def said(self) -> dict[str, Any]:
        """Return what `put_area_office` asks for."""
        data = self.cleaned_data
        return {
            "department": Department.objects.get(key=data["department"]),
            "roles": {role: data[f"role-{role}"] for role in self.roles},
            "contacts": {name: data[name] for name in CONTACTS},
            "remedies": {name: data[name] for name in REMEDIES},
            "basis": data["basis"],
        }


class AreaOfficeEnd(forms.Form):
    """Why nobody may apply to an office any more."""

    reason = forms.CharField(label=pgettext_lazy("catalogue", "Reason"), max_length=200)


@requires("catalogue.publish")
def areas(request: Request, code: str) -> HttpResponse:
    """List the offices of other areas, and name one more."""
    service = _own(request, code)
    form = AreaOfficeForm(request, service, request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            catalogue.put_area_office(actor=request.actor, service=service, **form.said())
        if form.is_valid():
            messages.success(request, _("The office is named; applicants may choose its area from now on."))
            return redirect("desk:catalogue:areas", code)
    return _page(request, service, form)


@requires("catalogue.publish")
def end(request: Request, code: str, office: int) -> HttpResponse:
    """Let nobody apply to an office any more."""
    service = _own(request, code)
    found = AreaOffice.objects.of(service).filter(pk=office).first()
    named = identity.must_find(found, request.actor, "area office", str(office))
    form = AreaOfficeEnd(request.POST or None)
    if not form.is_valid():
        return _page(request, service, AreaOfficeForm(request, service), ending=form if request.POST else None)
    catalogue.end_area_office(actor=request.actor, office=named, reason=form.cleaned_data["reason"])
    messages.success(request, _("Nobody can apply there any more. Open cases go on."))
    return redirect("desk:catalogue:areas", code)


def _own(request: Request, code: str) -> Service:
    found = Service.objects.designed_by(request.actor).with_departments().coded(code).select_related("current").first()
    return identity.must_find(found, request.actor, "service", code)


def _work_of_roles(service: Service) -> dict[str, str]:
    """Return for each role of the process of a service what it does: the names of its tasks."""
    done: dict[str, list[str]] = {}
    for task in workflow.steps(service.current.process) if service.current and service.current.process else ():
        done.setdefault(task.role, []).append(task.name or task.id)
    between = pgettext("between names", ", ")
    return {role: between.join(dict.fromkeys(names)) for role, names in done.items()}


def _page(
    request: Request, service: Service, form: AreaOfficeForm, ending: AreaOfficeEnd | None = None
) -> HttpResponse:
    names, called = {one.key: one.title for one in Department.objects.in_order()}, _work_of_roles(service)
    rows = [
        {
            "office": office,
            "roles": [(called.get(role, role), names.get(key, key)) for role, key in office.roles.items()],
            "may_end": office.ended_on is None
            and request.actor.holds("catalogue.publish", department=office.department_id, area=office.area),
        }
        for office in AreaOffice.objects.of(service)
    ]
    return render_page(
        request,
        "catalogue/areas.html",
        status=422 if form.errors or (ending and ending.errors) else 200,
        service=service,
        choice=catalogue.area_choice(service.current) if service.current else {},
        rows=rows,
        form=form,
        ending=ending or AreaOfficeEnd(),
    )


routes = [
    path("<str:code>/areas/", areas, name="areas"),
    path("<str:code>/areas/<int:office>/end/", end, name="end_area"),
]
