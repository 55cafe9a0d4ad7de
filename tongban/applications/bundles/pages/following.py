"""After it was handed in: one progress page, all results on one page, take back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem, BundlePaper
from tongban.applications.bundles.pages import presenting
from tongban.applications.bundles.pages.applying import application_of, where_left
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity


class JointWithdrawal(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why are you withdrawing it?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


@signed_in
def mine(request: Request) -> HttpResponse:
    """List the joint applications of the present name, drafts first among equals."""
    own = BundleApplication.objects.spoken_for_by(request.actor).with_related()
    pages = keyset_page(own, request.GET, order=("-updated_at", "-pk"))
    items: dict[int, list[BundleItem]] = {}
    for item in BundleItem.objects.among([row.pk for row in pages.rows]):
        items.setdefault(item.application_id, []).append(item)
    rows = [(row, presenting.counted(items.get(row.pk, []))) for row in pages.rows]
    return render_page(request, "bundles/mine.html", pages=pages, rows=rows)


@signed_in
def follow(request: Request, uid: str) -> HttpResponse:
    """Show how the whole and each of its items stand."""
    application = application_of(request, uid)
    if application.is_draft:
        return redirect(where_left(application))
    items = BundleItem.objects.of(application)
    asked = bundles.asked_of(application, items)
    return render_page(
        request,
        "bundles/follow.html",
        application=application,
        bundle=application.version.bundle,
        items=presenting.views(items, "hall:cases:follow"),
        counts=presenting.counted(items),
        light=presenting.joint_light(application, items),
        points=asked.points,
        withdrawable=bundles.is_withdrawable(application, items),
        today=clock.today(),
    )


@signed_in
@require_POST
def retry(request: Request, uid: str) -> HttpResponse:
    """Try once more to hand in an item that could not be."""
    application_of(request, uid)
    try_again(request, uid)
    return redirect("hall:bundles:follow", uid)


def try_again(request: Request, uid: str) -> None:
    """Try once more, and say what came of it."""
    with refusals() as refused:
        item = bundles.retry(actor=request.actor, uid=uid, key=request.POST.get("item", "")[:40])
        if item.state == BundleItem.State.STUCK:
            messages.warning(request, _("It still cannot be handed in; the reason stands below."))
        else:
            messages.success(request, _("It is handed in now."))
    if refused:
        messages.warning(request, refused.sentence)


@signed_in
def results(request: Request, uid: str) -> HttpResponse:
    """Hand over all results together; opening the page is receiving them."""
    application = application_of(request, uid)
    if application.state != BundleApplication.State.FINISHED:
        return redirect("hall:bundles:follow", uid)
    application = bundles.receive(actor=request.actor, uid=uid)
    found = presenting.results_of(BundleItem.objects.of(application))
    return render_page(
        request, "bundles/results.html", application=application, bundle=application.version.bundle, results=found
    )


@signed_in
def withdraw(request: Request, uid: str) -> HttpResponse:
    """Take the whole back."""
    application = application_of(request, uid)
    items = BundleItem.objects.of(application)
    if request.method == "GET" and not bundles.is_withdrawable(application, items):
        return redirect("hall:bundles:follow", uid)
    form = JointWithdrawal(request.POST or None)
    if form.is_valid():
        with refusals() as refused:
            bundles.withdraw(actor=request.actor, uid=uid, reason=form.cleaned_data["reason"])
            messages.success(request, _("You have withdrawn the application. It remains in your list."))
        if refused:
            messages.warning(request, refused.sentence)
        return redirect("hall:bundles:follow", uid)
    return render_page(
        request,
        "bundles/withdraw.html",
        status=422 if form.errors else 200,
        application=application,
        bundle=application.version.bundle,
        items=presenting.views(items),
        form=form,
    )


@signed_in
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    """Send a paper of one's own application."""
    application = application_of(request, uid)
    found = BundlePaper.objects.ever_of(application).named(str(document)).first()
    row = identity.must_find(found, request.actor, "document", str(document))
    if "small" in request.GET and row.document.blob.media_type.startswith("image/"):
        return documents.thumbnail(row.document)
    return documents.response(row.document, inline=True)
