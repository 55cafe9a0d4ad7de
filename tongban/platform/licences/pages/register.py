"""The holder's licences, anyone's check, and the desk's register."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.rules import masked
from tongban.infrastructure.ui.templatetags.ui import day
from tongban.infrastructure.ui.views import Request, public, render_page, requires, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.licences import rules
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.licences.pages import copies, importing
from tongban.platform.licences.pages.lights import VALIDITIES
from tongban.platform.parties.models import Party

# What may be done: step, and after a point its cause by law.
STEPS = {
    "suspend": pgettext_lazy("licence register", "Suspend"),
    "resume": pgettext_lazy("licence register", "Resume"),
    "revoke.penalty": _("Note that it was revoked as a penalty"),
    "revoke.withdrawal": _("Note that it was withdrawn in the public interest"),
    "revoke.other": _("Revoke it on another legal ground"),
    "cancel.expiry": _("Cancel: it expired and was not extended"),
    "cancel.holder-gone": _("Cancel: the holder died or lost the capacity to act"),
    "cancel.organisation-ended": _("Cancel: the organisation that holds it has ended"),
    "cancel.revoked": _("Cancel: what it rests on was revoked or withdrawn"),
    "cancel.force-majeure": _("Cancel: what it allows has become impossible"),
    "cancel.other": _("Cancel: another case in which the law asks for it"),
}
VERBS = {
    "suspend": licences.suspend,
    "resume": licences.resume,
    "revoke": licences.revoke,
    "cancel": licences.cancel,
}


class CheckByFile(forms.Form):
    file = forms.FileField(
        label=_("The licence or document as a PDF or OFD file"),
        help_text=_("As you received it. The file is only checked, not stored."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.ofd,application/pdf,application/ofd"}),
    )


class CheckByNumber(forms.Form):
    identifier = forms.CharField(
        label=_("Number, verification code or identifier"),
        help_text=_(
            "The number on the licence, the twelve characters under a QR code, or the identifier that begins with "
            "1.2.156.3005.2."
        ),
        max_length=120,
    )
    holder = forms.CharField(
        label=_("Name of the holder"),
        help_text=_("Needed only with the number of a licence."),
        max_length=120,
        required=False,
        cleaned=typed.name,
    )


class LicencePurposeForm(forms.Form):
    """What an official needs the licence for."""

    purpose = forms.CharField(
        label=_("What do you need it for?"),
        help_text=_("Name the matter, e.g. the case number. It is recorded with your name."),
        max_length=200,
    )


class StepForm(forms.Form):
    """Change a licence's state."""

    step = forms.ChoiceField(label=_("What is to be done"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=pgettext_lazy("licence register", "Reason"),
        help_text=_("The holder will read it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, licence: Licence, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [step for step in STEPS if step.partition(".")[0] in rules.STEPS[licence.state]]
        self.fields["step"].choices = [(step, STEPS[step]) for step in allowed]  # type: ignore[attr-defined]


@signed_in
def mine(request: Request) -> HttpResponse:
    """Show the licences of the party one stands for."""
    held = Licence.objects.visible_to(request.actor).of_party(request.actor.represents).with_people()
    pages = keyset_page(held, request.GET, order=("-issued_on", "-pk"))
    return render_page(request, "licences/mine.html", pages=pages, rows=[_row(licence) for licence in pages.rows])


@signed_in
def licence(request: Request, token: str) -> HttpResponse:
    """Show one's own licence: face, state, download, and the code to show to others."""
    held = licences.own(actor=request.actor, token=token)
    return render_page(
        request,
        "licences/licence.html",
        ofd=licences.ofd_state(held),
        licence=held,
        light=_light(held),
        ways=licences.ways_on(held),
        history=_history(held),
        letters=licences.letters_of(held),
        facts=_facts(held),
        face=list(held.face.items()),
        qr=_qr(held),
        address=licences.address(held.token),
        copies=licences.copies_of(held),
        readers=[{"title": fact.reason, "at": fact.at, "who": fact.actor} for fact in licences.recent_readers(held)],
    )


@signed_in
def file(request: Request, token: str) -> HttpResponse:
    """Send the sealed file to its holder."""
    licences.own(actor=request.actor, token=token)
    return documents.response(
        licences.file_of(actor=request.actor, token=token), inline=request.GET.get("inline") == "1"
    )


@signed_in
def letter(request: Request, token: str, document: UUID) -> HttpResponse:
    """Send a letter about a licence to its holder. Raises NotFound."""
    held = licences.own(actor=request.actor, token=token)
    for one in licences.letters_of(held):
        if one.document.uid == document:
            return documents.response(one.document, inline="download" not in request.GET)
    raise NotFound()


@public
def code(request: Request, token: str) -> HttpResponse:
    """Answer whoever scanned the QR code."""
    return _verdict_page(request, licences.verify_token(token, actor=request.actor))


@public
def verify(request: Request) -> HttpResponse:
    """Check a licence or a document by its file, or by what is printed on it."""
    by_number = "identifier" in request.POST
    numbers = CheckByNumber(request.POST if by_number else None)
    files = CheckByFile(request.POST, request.FILES) if request.method == "POST" and not by_number else CheckByFile()
    with refusals() as refused:
        if by_number and numbers.is_valid():
            said = numbers.cleaned_data
            return _verdict_page(
                request, licences.verify_typed(said["identifier"], said["holder"], actor=request.actor)
            )
        if files.is_bound and files.is_valid():
            upload = files.cleaned_data["file"]
            return _verdict_page(
                request, licences.verify_file(upload.read(licences.MAX_FILE_BYTES + 1), actor=request.actor)
            )
    if refused and by_number:
        numbers.add_error("holder" if refused.is_about(numbers) else "identifier", refused.sentence)
    elif refused:
        files.add_error("file", refused.sentence)
    waiting = refused.refusal.status if refused.refusal and refused.wait_seconds else 422
    shown = {"status": waiting if numbers.errors or files.errors else 200, "wait_seconds": refused.wait_seconds}
    return render_page(request, "licences/verify.html", files=files, numbers=numbers, **shown)


@requires("licences.read")
def register(request: Request) -> HttpResponse:
    """List the licences that the duty reaches, holders masked; opening one asks for the purpose."""
    text = typed.prose(request.GET.get("q", ""))[:120]
    seen = [Licence.objects.visible_to(request.actor)] if text else Licence.objects.parts_for(request.actor)
    rows = [part.with_people().found_by(text) for part in seen]
    pages = keyset_page(rows, request.GET, order=("-issued_on", "-pk"))
    shown = [_row(licence) for licence in pages.rows]
    may_import = request.actor.holds("licences.record", department=None)
    return render_page(request, "licences/register.html", pages=pages, rows=shown, text=text, may_import=may_import)


@requires("licences.read")
def entry(request: Request, token: str) -> HttpResponse:
    """Show a licence of the register to an official who says what for; ask first."""
    known = licences.visible(actor=request.actor, token=token)
    form = LicencePurposeForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render_page(request, "licences/purpose.html", licence=known, form=form, status=status)
    read = licences.read(actor=request.actor, token=token, purpose=form.cleaned_data["purpose"])
    return render_page(
        request,
        "licences/entry.html",
        licence=read,
        light=_light(read),
        facts=_facts(read),
        face=list(read.face.items()),
        purpose=form.cleaned_data["purpose"],
        steps=_steps(request, read),
        renewable=_steps(request, read) and "supersede" in rules.STEPS[read.state],
        history=_history(read),
    )


@require_POST
@requires("licences.read")
def entry_file(request: Request, token: str) -> HttpResponse:
    """Send the sealed file to an official who says what for."""
    found = licences.file_of(actor=request.actor, token=token, purpose=typed.prose(request.POST.get("purpose", "")))
    return documents.response(found, inline=False)


@requires("licences.manage")
def change(request: Request, token: str) -> HttpResponse:
    """Suspend, resume, revoke or cancel."""
    known = licences.visible(actor=request.actor, token=token)
    form = StepForm(known, request.POST or None)
    if form.is_valid():
        step, _point, cause = form.cleaned_data["step"].partition(".")
        more = {"cause": cause} if cause else {}
        VERBS[step](actor=request.actor, licence=known, reason=form.cleaned_data["reason"], **more)
        messages.success(request, _("Done. Anyone who verifies the licence from now on will see this."))
        return redirect("desk:licences:register")
    status = 422 if form.errors else 200
    return render_page(request, "licences/change.html", licence=known, light=_light(known), form=form, status=status)


def _verdict_page(request: Request, verdict: licences.Verdict) -> HttpResponse:
    """Answer a check: who, what, until when, in which state; people's names masked; or why not."""
    found = verdict.licence
    facts: list[tuple[Any, Any]] = []
    if found:
        facts = [
            (_("Licence"), found.kind_name),
            (pgettext_lazy("licence register", "Number"), found.number),
            (pgettext_lazy("licence register", "Holder"), _holder(found)),
            (pgettext_lazy("licence register", "Issued by"), found.issuer.name),
            (pgettext_lazy("licence register", "Issued on"), day(found.issued_on)),
            (pgettext_lazy("licence register", "Valid until"), day(found.valid_until) or _("Long-term")),
            (_("Identifier"), found.identifier),
            *copies.facts(verdict.copy),
            *_origin(found),
        ]
    elif verdict.document:
        owner = verdict.document.owner
        facts = [
            (_("Document"), verdict.document.title),
            *([(pgettext_lazy("licence register", "Addressed to"), _name(owner))] if owner else []),
            (pgettext_lazy("licence register", "Issued by"), verdict.document.source),
            (pgettext_lazy("licence register", "Issued on"), day(verdict.document.as_of)),
        ]
    light = VALIDITIES[verdict.validity] if verdict.validity else None
    return render_page(request, "licences/verdict.html", verdict=verdict, facts=facts, light=light, at=clock.now())


def _row(licence: Licence) -> dict[str, Any]:
    return {"licence": licence, "light": _light(licence), "holder": _holder(licence)}


def _light(licence: Licence) -> tuple[str, Any]:
    return VALIDITIES[licence.validity(clock.today())]


def _holder(licence: Licence) -> str:
    return _name(licence.holder)


def _name(party: Party) -> str:
    return masked(party.name) if party.kind == "person" else party.name


def _facts(licence: Licence) -> list[tuple[Any, Any]]:
    return [
        (pgettext_lazy("licence register", "Number"), licence.number),
        (pgettext_lazy("licence register", "Holder"), licence.holder.name),
        (pgettext_lazy("licence register", "Issued by"), licence.issuer.name),
        (pgettext_lazy("licence register", "Issued on"), day(licence.issued_on)),
        (pgettext_lazy("licence register", "Valid from"), day(licence.valid_from)),
        (pgettext_lazy("licence register", "Valid until"), day(licence.valid_until) or _("Long-term")),
        (_("Identifier"), licence.identifier),
        *_origin(licence),
    ]


def _origin(licence: Licence) -> list[tuple[Any, Any]]:
    text = _("The older system %(system)s; not sealed by this platform")
    return [(_("Comes from"), text % {"system": licence.origin})] if licence.origin else []


def _history(licence: Licence) -> list[dict[str, Any]]:
    return [
        {"title": journal.title_of(fact.name), "at": fact.at, "text": fact.reason} for fact in licences.history(licence)
    ]


def _qr(licence: Licence) -> str:
    return segno.make(licences.address(licence.token), error="m").svg_data_uri(scale=5, border=2)


def _steps(request: Request, licence: Licence) -> bool:
    may = request.actor.holds("licences.manage", department=licence.issuer_id, area=licence.area)
    return may and any(step in VERBS for step in rules.STEPS[licence.state])


hall = [
    path("", mine, name="mine"),
    path("verify/", verify, name="verify"),
    path("v/<slug:token>/", code, name="code"),
    path("<slug:token>/", licence, name="licence"),
    path("<slug:token>/file/", file, name="file"),
    path("<slug:token>/letters/<uuid:document>/", letter, name="letter"),
]
desk = [
    path("", register, name="register"),
    path("import/", importing.take_in, name="import"),
    path("<slug:token>/", entry, name="entry"),
    path("<slug:token>/file/", entry_file, name="file"),
    path("<slug:token>/change/", change, name="change"),
]
