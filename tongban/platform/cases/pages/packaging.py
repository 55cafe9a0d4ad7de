"""An archived case is taken out as one package: what for is asked first, and the applicant is shown it."""

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import archiving
from tongban.platform.identity import services as identity


class PackagePurposeForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("What do you need the archive package for?"),
        help_text=gettext_lazy("For instance: transfer to the city archive. The applicant is shown it with your name."),
        max_length=200,
    )


@requires("cases.read")
def package(request: Request, uid: str) -> HttpResponse:
    """Ask what for, then send the package."""
    case = identity.get_visible(Case.objects.with_related(), request.actor, "case", uid=uid)
    form = PackagePurposeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = archiving.package(actor=request.actor, case=case, purpose=form.cleaned_data["purpose"])
            response = HttpResponse(made.content, content_type="application/zip")
            response["Content-Disposition"] = f'attachment; filename="{made.name}"'
            response["Cache-Control"] = "private, no-store"
            return response
    return render_page(request, "cases/office/package.html", case=case, form=form, status=422 if form.errors else 200)


routes = [path("<slug:uid>/package/", package, name="package")]
