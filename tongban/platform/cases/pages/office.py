"""What every office page about cases shares: the to-do list, the case file, the papers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form, Textarea
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.menus import portal_of
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.cases import ports, rules, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Concern, FollowUpInspection, Material
from tongban.platform.cases.pages import comparing, narrowing, presenting
from tongban.platform.cases.pages.files import serve
from tongban.platform.cases.services import fees, publishing
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.identity import services as identity
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.seals import services as seals
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task, TaskRow

# What the page that asks for confirmation does not send on.
NOT_CARRIED = {"csrfmiddlewaretoken", "confirm", "change", "preview"}


@signed_in
def to_the_list(request: Request) -> HttpResponse:
    """Lead on to the to-do list, which once stood here."""
    address = reverse(f"{portal_of(request.path)}:workflow:todo")
    return redirect(f"{address}?{request.GET.urlencode()}" if request.GET else address)


def all_cases(request: Request, template: str) -> HttpResponse:
    """Show the cases of the departments this official reaches, narrowed, or found by number or applicant."""
    filters = narrowing.of_cases(request)
    pages = cases.listed(actor=request.actor, params=request.GET, text=filters.text, only=filters.only())
    return render_page(
        request,
        template,
        rows=presenting.list_items(pages.rows, f"{portal_of(request.path)}:cases:case"),
        pages=pages,
        filters=filters,
        exportable=portal_of(request.path) == "desk" and request.actor.holds("cases.read"),
    )


def case_of(request: Request, uid: str) -> Case:
    """Return a case this official may see, and note that they looked. Raises NotFound, noting the attempt."""
    submitted = Case.objects.submitted_by_people().with_related()
    return identity.get_visible(submitted, request.actor, "case", uid=uid)


def task_of(request: Request, uid: str, *kinds: str) -> tuple[Task, Case]:
    found = Task.objects.one_visible_to(request.actor, uid)
    task = identity.must_find(found if found and found.kind in kinds else None, request.actor, "task", uid)
    case = identity.must_find(Case.objects.with_pk(_case_id(task)), request.actor, "task", uid)
    if task.claimed_by_id not in {None, request.actor.account}:
        task.claimed_by = workflow.claimer(task)
    return task, case


def dossier(request: Request, case: Case, reason: str = "") -> dict[str, Any]:
    """Return the whole file of a case for an official, and write down that they opened it.

    reason   why, where that is not the duty by which they see it
    """
    cases.record_opened(request.actor, case, reason)
    if cases.renew_facts(case=case):
        case.refresh_from_db(fields=["answers", "sources", "facts", "revision"])
    plan = cases.plan_of(case.version)
    materials = list(documents.with_notes(list(Material.objects.of(case))))
    remarks = cases.remarks(case)
    opinions = presenting.opinions(case, materials)
    signed = workflow.signed_steps(case.subject)
    decides = request.actor.holds("cases.approve", department=case.department_id, area=case.area)
    return {
        "case": case,
        "state": cases.state_of(case),
        "wording": cases.wording_of(case),
        "person_asked": Action.objects.of(case).person_requests().newest() if case.person_asked_on else None,
        "summary": [{"title": title, "rows": rows} for title, rows in plan.form.summary(case.answers, remarks=remarks)],
        "differences": cases.differences(case),
        "changes": comparing.changes(case),
        "strange": [str(finding) for finding in cases.unconfirmed(case, cases.findings(case))],
        "confirmed": [
            word["text" if str(get_language()).startswith("zh") else "english"] for word in eforms.confirmed(case)
        ],
        "materials": [*_by_line(plan, case, materials), *_from_site(materials, opinions)],
        "opinions": opinions,
        "signed": signed,
        # Drawn where a page shows it.
        "picture": lambda: SafeString(workflow.picture_of(case.subject, signed)),
        "effect": cases.effect_of(case),
        "bill": fees.bill_of(case),
        "follow_ups": FollowUpInspection.objects.of(case).begun(),
        "on_desk": portal_of(request.path) == "desk",
        "entries": presenting.timeline(case, for_applicant=False),
        "clocks": presenting.clocks(case),
        "light": presenting.light_of(case),
        "may_afterwards": decides and case.state in rules.CLOSED,
        "may_change_limits": decides and case.state == Case.State.ACCEPTED,
        "deliverable": steps.is_allowed("delivered", case.state) and request.actor.holds("cases.accept"),
        "letters": Letter.objects.about(case.subject),
        "waiting": documents.papers_waiting(case.subject),
        "unsealed": seals.waiting_about(case.subject),
        "licences": Licence.objects.of_subject(case.subject).with_people(),
        "tasks": Task.objects.visible_to(request.actor).of(case.subject).open().select_related("department"),
        "awaited_until": publishing.awaited(case),
        "concern": Concern.objects.about(case).unanswered().first() if decides else None,
        "whole": ports.whole_of(case.pk, request.actor, portal_of(request.path)),
        "file_url": f"{portal_of(request.path)}:cases:paper",
    }


def confirm(request: Request, task: Task, case: Case, word: str, answer: Callable[[], Case]) -> HttpResponse:
    """Show what an answer will send, and let it be given or changed; or hand out one of the papers as a file.

    word     what the button says that gives the answer
    answer   calls the verb; it is taken back at once. Raises what the verb raises.
    """
    papers = cases.previewed(case, answer)
    number = request.POST.get("preview", "")
    if number.isdecimal() and int(number) < len(papers):
        response = HttpResponse(papers[int(number)].pdf(), content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="preview.pdf"'
        return response
    granted = {"yes": True, "no": False}.get(request.POST.get("granted", ""))
    return render_page(
        request,
        "cases/office/confirm.html",
        task=task,
        case=case,
        papers=papers,
        word=word,
        against=[] if granted is None else cases.contradicted(case, granted=granted),
        reason=request.POST.get("reason", ""),
        carried=[
            (name, text) for name in request.POST if name not in NOT_CARRIED for text in request.POST.getlist(name)
        ],
    )


def give(
    request: Request,
    verb: Callable[[], object],
    *,
    form: Form | None = None,
    preview: Callable[[], HttpResponse] | None = None,
    done: str,
    page: str,
    onward: str,
    again: Callable[[str], HttpResponse],
) -> HttpResponse:
    """Take an answer: show what it sends, then call its verb; where that refuses, show its page again.

    form      what was filled in; None where there is nothing to fill in
    preview   shows what the answer sends; None where it sends nothing
    done      what is said afterwards
    page      address of the page with the form, for whoever only looks
    onward    address to go on at
    again     shows the page again with what was typed, and the sentence of the refusal
    """
    if request.method != "POST":
        return redirect(page)
    if "change" in request.POST or (form is not None and not form.is_valid()):
        return again("")
    with refusals() as refused:
        if preview is not None and to_confirm(request):
            return preview()
        verb()
        messages.success(request, done)
        return redirect(onward)
    if form is not None and refused.is_about(form):
        refused.put_on(form)
        return again("")
    return again(refused.sentence)


def sends(wording: cases.Wording, *, granted: bool) -> str:
    """Return what the button says that sends a decision."""
    return _("Confirm “%(decision)s” and send") % {"decision": wording.grant if granted else wording.refuse}


def to_confirm(request: Request) -> bool:
    """Say whether an answer was sent that nobody has confirmed yet."""
    return not {"confirm", "change"} & set(request.POST)


def unsaved_text(*forms: Form) -> list[str]:
    """Return what somebody wrote who was too late, so that it can be copied."""
    return [text for form in forms if form.is_bound for name in form.fields if (text := _text(form, name))]


def paper(request: Request, uid: str, document: str) -> HttpResponse:
    case, asked = case_of(request, uid), request.GET
    return serve(request.actor, case, document, inline="download" not in asked, small="small" in asked)


def _by_line(plan: cases.Plan, case: Case, materials: list[Material]) -> list[dict[str, Any]]:
    """Return every material line that this case calls for, with the papers that answer it, perhaps none.

    What was handed in for a line that a later answer made needless follows.
    """
    called_for = [line["code"] for line in plan.lines_for(case.answers)]
    codes = dict.fromkeys([*called_for, *(found.code for found in materials if found.code != Material.SITE)])
    return [
        {
            "name": line["name"],
            "required": line.get("required", True) and code in called_for,
            "standard": line.get("standard", ""),
            "papers": [material for material in materials if material.code == code],
        }
        for code in codes
        if (line := plan.line(code)) is not None
    ]


def _from_site(materials: list[Material], opinions: list[presenting.Opinion]) -> list[dict[str, Any]]:
    """Return what was brought from the site while no opinion shows it yet, as a line of its own."""
    shown = {photo.pk for opinion in opinions for photo in opinion.photos}
    waiting = [found for found in materials if found.code == Material.SITE and found.pk not in shown]
    return [{"name": _("From the site"), "required": False, "papers": waiting}] if waiting else []


def _text(form: Form, name: str) -> str:
    is_prose = isinstance(form.fields[name].widget, Textarea)
    return str(form[name].value() or "").strip() if is_prose else ""


def _case_id(task: Task | TaskRow) -> int:
    """Return the case a task is about, 0 where it is about something else."""
    return Subject.parse(task.subject).number("case") or 0
