"""At the window: the papers of an ended case are handed over, or were posted."""

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases import steps
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.pages import office

HOW = {
    cases.WINDOW: gettext_lazy("Handed over at the window"),
    cases.POST: gettext_lazy("Sent by post"),
}


class DeliveryForm(forms.Form):
    how = forms.ChoiceField(label=gettext_lazy("Way of delivery"), choices=list(HOW.items()), widget=forms.RadioSelect)
    receiver = forms.CharField(label=gettext_lazy("Received by"), max_length=100)
    code = forms.CharField(label=gettext_lazy("Query code of the case, or number of the posted item"), max_length=40)


@requires("cases.accept")
def deliver(request: Request, uid: str) -> HttpResponse:
    """Write down that whoever collects the papers of an ended case got them, or that they were posted."""
    matter = office.case_of(request, uid)
    if request.method != "POST":
        return _page(request, matter, DeliveryForm())
    form = DeliveryForm(request.POST)
    return office.give(
        request,
        lambda: cases.deliver(actor=request.actor, case=matter, **form.cleaned_data),
        form=form,
        done=_("Done. The proof of delivery is in the case."),
        page=reverse("counter:cases:deliver", args=[uid]),
        onward=reverse("counter:cases:case", args=[uid]),
        again=lambda problem: _page(request, matter, form, problem),
    )


def _page(request: Request, matter: Case, form: forms.Form, problem: str = "") -> HttpResponse:
    return render_page(
        request,
        "cases/office/deliver.html",
        status=409 if problem else 422 if form.errors else 200,
        case=matter,
        state=cases.state_of(matter),
        form=form,
        problem=problem,
        possible=steps.is_allowed("delivered", matter.state),
        before=Action.objects.of(matter).deliveries(),
    )


routes = [path("<slug:uid>/deliver/", deliver, name="deliver")]
