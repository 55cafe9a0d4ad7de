"""The holder says what speaks against the revocation of what they were granted."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.cases.pages.applicant import case_of, redirect_to, url_namespace
from tongban.platform.cases.services import annulling


class AnnulmentAnswer(forms.Form):
    statement = forms.CharField(
        label=gettext_lazy("Your statement"),
        help_text=gettext_lazy("What is not so, and what speaks for the decision."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@signed_in
def answer(request: Request, uid: str) -> HttpResponse:
    """Answer an intended revocation, once."""
    case = case_of(request, uid)
    annulment, form = annulling.annulment_of(case), AnnulmentAnswer(request.POST or None)
    if request.method == "GET" and annulment.stage != "told":
        return redirect_to(request, "follow", uid=uid)
    if form.is_valid():
        with refusals_on(form):
            annulling.answer_annulment(actor=request.actor, case=case, statement=form.cleaned_data["statement"])
        if form.is_valid():
            messages.success(request, _("Your statement was sent to the office. What follows is shown here."))
            return redirect_to(request, "follow", uid=uid)
    at, status = url_namespace(request), 422 if form.errors else 200
    return render_page(request, "cases/annulment.html", at=at, case=case, annulment=annulment, form=form, status=status)
