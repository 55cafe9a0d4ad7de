"""For the leading department: every joint application it leads, the whole of one, and its time limit."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem
from tongban.applications.bundles.pages import presenting
from tongban.applications.bundles.pages.following import try_again
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity


class JointExtension(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why does the whole need more time?"),
        help_text=gettext_lazy("The applicant is told this reason."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
    )


@requires("bundles.lead")
def led(request: Request) -> HttpResponse:
    """List what the reader's departments lead, what is in hand or everything, the newest first."""
    everything = request.GET.get("all") == "1"
    parts = [part.with_related() for part in BundleApplication.objects.led_by(request.actor)]
    listed = parts if everything else [part.in_hand() for part in parts]
    pages = keyset_page(listed, request.GET, order=("-submitted_at", "-pk"), not_null=("submitted_at",))
    items: dict[int, list[BundleItem]] = {}
    for item in BundleItem.objects.among([row.pk for row in pages.rows]):
        items.setdefault(item.application_id, []).append(item)
    rows = [
        (row, presenting.counted(found), presenting.joint_light(row, found))
        for row in pages.rows
        for found in [items.get(row.pk, [])]
    ]
    return render_page(request, "bundles/led.html", pages=pages, rows=rows, everything=everything, today=clock.today())


@requires("bundles.lead")
def whole(request: Request, uid: str) -> HttpResponse:
    """Show one joint application with all its items, whoever handles them."""
    application = _led(request, uid)
    items = BundleItem.objects.of(application)
    law = bundles.law_on(application.started_on or clock.today())
    own = bundles.plan_of(application.version).limits.statutory_days
    return render_page(
        request,
        "bundles/whole.html",
        application=application,
        bundle=application.version.bundle,
        items=presenting.views(items),
        counts=presenting.counted(items),
        light=presenting.joint_light(application, items),
        extendable=application.state == BundleApplication.State.RUNNING
        and application.started_on is not None
        and not (application.extended_days or own),
        law=law,
        today=clock.today(),
    )


@requires("bundles.lead")
def extend(request: Request, uid: str) -> HttpResponse:
    """Extend the law's limit for the whole."""
    application = _led(request, uid)
    form = JointExtension(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            bundles.extend(actor=request.actor, uid=uid, reason=form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, _("The time limit was extended, and the applicant has been told."))
            return redirect("desk:bundles:whole", uid)
    return render_page(
        request,
        "bundles/extend.html",
        status=422 if form.errors else 200,
        application=application,
        law=bundles.law_on(application.started_on or clock.today()),
        form=form,
    )


@requires("bundles.lead")
@require_POST
def retry(request: Request, uid: str) -> HttpResponse:
    """Try once more to hand in an item that could not be."""
    _led(request, uid)
    try_again(request, uid)
    return redirect("desk:bundles:whole", uid)


def _led(request: Request, uid: str) -> BundleApplication:
    """Return a joint application that the reader's department leads; a stranger's is missing, and noted."""
    return identity.get_visible(
        BundleApplication.objects.with_related().handed_in(), request.actor, "joint application", uid=uid
    )
