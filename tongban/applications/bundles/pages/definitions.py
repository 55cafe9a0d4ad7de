"""For whoever writes bundles: which there are, in which version, what the check found; publish, take back."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import Bundle, BundleVersion
from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity


class BundleWithdrawal(forms.Form):
    reason = forms.CharField(label=pgettext_lazy("bundle", "Reason"), max_length=200)


@requires("bundles.design")
def definitions(request: Request) -> HttpResponse:
    """List the bundles of the reader's departments with their versions."""
    return _page(request)


@requires("bundles.design")
@require_POST
def publish(request: Request, code: str, number: int) -> HttpResponse:
    found = _own(request, code)
    version = BundleVersion.objects.of(found.pk).filter(number=number).first()
    bundles.publish(actor=request.actor, version=identity.must_find(version, request.actor, "bundle", code))
    messages.success(request, _("The version is now in force, and people can find it."))
    return redirect("desk:bundles:definitions")


@requires("bundles.design")
@require_POST
def withdraw(request: Request, code: str) -> HttpResponse:
    found, form = _own(request, code), _withdrawal(code, request.POST)
    if not form.is_valid():
        return _page(request, {code: form})
    bundles.withdraw_bundle(actor=request.actor, bundle=found, reason=form.cleaned_data["reason"])
    messages.success(request, _("The bundle is no longer offered. What runs goes on under its version."))
    return redirect("desk:bundles:definitions")


def _withdrawal(code: str, data: QueryDict | None = None) -> BundleWithdrawal:
    """Return the form of one bundle; there are several on the page."""
    return BundleWithdrawal(data, auto_id=f"id_{code}_%s")


def _page(request: Request, sent: Mapping[str, BundleWithdrawal] | None = None) -> HttpResponse:
    """Show the bundles. sent: code of a bundle -> its form as it was sent, with what is wrong."""
    sent = sent or {}
    rows = [
        (
            bundle,
            [
                (version, [sentence(Problem(**problem)) for problem in version.warnings])
                for version in BundleVersion.objects.of(bundle.pk)[:5]
            ],
            sent.get(bundle.code) or _withdrawal(bundle.code),
        )
        for bundle in Bundle.objects.designed_by(request.actor)
    ]
    return render_page(request, "bundles/definitions.html", status=422 if sent else 200, rows=rows)


def _own(request: Request, code: str) -> Bundle:
    found = Bundle.objects.designed_by(request.actor).filter(code=code).first()
    return identity.must_find(found, request.actor, "bundle", code)
