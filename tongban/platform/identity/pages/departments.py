"""Departments, and what becomes of one that is dissolved, for whoever looks after their accounts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import MAX_REASON, Department, Dissolution, Position

HERE = "desk:identity:department"


class DissolutionForm(forms.Form):
    successor = forms.ModelChoiceField(
        label=_("Who takes its work over"),
        help_text=_("Officials, tasks, cases and services go there; seals are withdrawn."),
        empty_label=_("Nobody: it has no work left"),
        queryset=Department.objects.none(),
        to_field_name="key",
        required=False,
    )
    reason = forms.CharField(
        label=_("Decision on which this rests"),
        help_text=_("Number and title of the document."),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, request: Request, department: Department, data: Any = None) -> None:
        super().__init__(data)
        found = identity.possible_successors(request.actor, department)
        queryset = Department.objects.in_order().filter(pk__in=[one.pk for one in found])
        self.fields["successor"].queryset = queryset  # type: ignore[attr-defined]


@requires("identity.manage")
def departments(request: Request) -> HttpResponse:
    """Show the tree of departments, as far as the reader looks after it."""
    found = Department.objects.managed_by(request.actor).select_related("parent", "successor")
    return render_page(
        request,
        "identity/departments.html",
        pages=keyset_page(found, request.GET, order=("path",), key="path", size=50),
        proposed=Dissolution.objects.proposed(),
        reached={one.pk for one in Department.objects.managed_by(request.actor)},
    )


@requires("identity.manage")
def department(request: Request, key: str) -> HttpResponse:
    found = _department(request, key)
    return _shown(request, found, DissolutionForm(request, found))


@requires("identity.manage")
def dissolve(request: Request, key: str) -> HttpResponse:
    found = _department(request, key)
    form = DissolutionForm(request, found, request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            done = identity.dissolve(actor=request.actor, department=found, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, _DONE if done.done_at else _PROPOSED)
        return redirect(HERE, key=key)
    return _shown(request, found, form)


@requires("identity.manage")
def confirm_dissolution(request: Request, key: str) -> HttpResponse:
    found = _department(request, key)
    if request.method == "POST":
        identity.confirm_dissolution(actor=request.actor, department=found)
        messages.success(request, _DONE)
    return redirect(HERE, key=key)


@requires("identity.manage")
def withdraw_dissolution(request: Request, key: str) -> HttpResponse:
    found = _department(request, key)
    if request.method == "POST":
        identity.withdraw_dissolution(actor=request.actor, department=found)
        messages.success(request, _("The department stays as it is."))
    return redirect(HERE, key=key)


_DONE = _("The department has been dissolved. Its open work goes over to the successor within a minute.")
_PROPOSED = _(
    "The dissolution has been proposed. Officials of the department have the power to decide, so it takes effect once "
    "a second account manager has confirmed it."
)


def _shown(request: Request, found: Department, form: DissolutionForm) -> HttpResponse:
    held = Position.objects.still_to_hold(on=clock.today()).filter(department=found)
    return render_page(
        request,
        "identity/department.html",
        department=found,
        officials=held.values("account").distinct().count(),
        below=Department.objects.working().filter(parent=found).in_order(),
        predecessors=Department.objects.filter(successor=found).in_order(),
        work=identity.work_left(found),
        dissolution=Dissolution.objects.of(found),
        two=identity.somebody_decides(found),
        form=form,
        status=422 if form.errors else 200,
    )


def _department(request: Request, key: str) -> Department:
    """Return a department that the reader looks after; others are noted as not found."""
    managed = Department.objects.managed_by(request.actor).select_related("parent", "successor")
    return identity.must_find(managed.filter(key=key).first(), request.actor, "department", key)


routes = [
    path("departments/", departments, name="departments"),
    path("departments/<slug:key>/", department, name="department"),
    path("departments/<slug:key>/dissolve/", dissolve, name="dissolve"),
    path("departments/<slug:key>/confirm/", confirm_dissolution, name="confirm_dissolution"),
    path("departments/<slug:key>/withdraw/", withdraw_dissolution, name="withdraw_dissolution"),
]
