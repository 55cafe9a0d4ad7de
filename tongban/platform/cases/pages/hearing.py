"""The applicant says whether they want to be heard before the decision."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.cases import services as cases
from tongban.platform.cases.pages.applicant import case_of, redirect_to, url_namespace


class HearingAnswer(forms.Form):
    wanted = forms.ChoiceField(
        label=gettext_lazy("Do you want a hearing?"),
        choices=[
            ("yes", gettext_lazy("Yes, I ask for a hearing")),
            ("no", gettext_lazy("No, the decision can be made without one")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("What you want to say"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@signed_in
def answer(request: Request, uid: str) -> HttpResponse:
    """Ask for the hearing of which one was told, or do without it."""
    case = case_of(request, uid)
    hearing, form = cases.hearing_of(case), HearingAnswer(request.POST or None)
    if request.method == "GET" and hearing.stage != "offered":
        return redirect_to(request, "follow", uid=uid)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            cases.answer_hearing(actor=request.actor, case=case, wanted=said["wanted"] == "yes", reason=said["reason"])
        if form.is_valid():
            messages.success(request, _("Your answer was sent. What follows is shown here."))
            return redirect_to(request, "follow", uid=uid)
    status = 422 if form.errors else 200
    at = url_namespace(request)
    return render_page(request, "cases/hearing.html", at=at, case=case, hearing=hearing, form=form, status=status)
