"""公示: what is published of applications and decisions, for everybody; those concerned may object."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page
from tongban.platform.cases.models import Case, Concern, Publication
from tongban.platform.cases.services import concerning


class ConcernForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=100, cleaned=typed.name)
    contact = forms.CharField(
        label=gettext_lazy("How we can reach you"),
        help_text=gettext_lazy("Telephone or e-mail. Only the office reads name and contact."),
        max_length=100,
    )
    text = forms.CharField(
        label=gettext_lazy("Your objection"),
        help_text=gettext_lazy("Which of your interests is touched, and how. The applicant reads this text."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@public
def published(request: Request) -> HttpResponse:
    """List and search what is published, the newest first."""
    text = typed.prose(request.GET.get("q", ""))[:60]
    kind = request.GET.get("kind", "")
    kind = kind if kind in Publication.Kind.values else ""
    found = Publication.objects.public(clock.today()).of_kind(kind).found_by(text)
    pages = keyset_page(found, request.GET, order=("-began_on", "-pk"))
    return render_page(
        request,
        "cases/published.html",
        pages=pages,
        text=text,
        kind=kind,
        kinds=Publication.Kind.choices,
    )


@public
def publication(request: Request, uid: str) -> HttpResponse:
    """Show one publication; take an objection while it runs."""
    shown = Publication.objects.with_uid(uid)
    today = clock.today()
    if shown is None or shown.began_on > today or (shown.until and shown.until < today):
        raise NotFound()
    form = ConcernForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            concerning.raise_concern(actor=request.actor, uid=uid, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Your objection was sent to the office, which will answer it."))
            return redirect("hall:cases:publication", uid=uid)
    return render_page(
        request,
        "cases/publication.html",
        shown=shown,
        revoked=shown.case.state == Case.State.REVOKED,
        answers=Concern.objects.about(shown.case).filter(publication=shown, answered_on__isnull=False),
        form=form if shown.until else None,
        status=422 if form.errors else 200,
    )
