"""What a supplement changed, before and after, for the window and the applicant alike."""

from dataclasses import dataclass
from datetime import datetime

from tongban.platform.cases import rules
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.documents.models import Document


@dataclass(frozen=True)
class Swap:
    """Papers of one material that came and went."""

    name: str
    removed: list[Document]
    added: list[Document]


@dataclass(frozen=True)
class Changes:
    """What a supplement changed.

    answers     question, answer before, answer after
    untouched   what was asked for, but stayed as it was
    """

    at: datetime
    answers: list[tuple[str, str, str]]
    papers: list[Swap]
    untouched: list[str]


def changes(case: Case) -> Changes | None:
    """Say what the supplement changed; None where none was handed in."""
    action = Action.objects.of(case).supplements().newest()
    record = getattr(action, "supplement", None)
    if action is None or record is None:
        return None
    plan = cases.plan_of(case.version)
    documents = {str(paper.document.uid): paper.document for paper in Material.objects.ever_of(case)}
    names = {line["code"]: line["name"] for line in plan.lines}
    papers = [
        Swap(
            names.get(row["material"], row["material"]),
            removed=[documents[uid] for uid in row["removed"] if uid in documents],
            added=[documents[uid] for uid in row["added"] if uid in documents],
        )
        for row in record.papers
    ]
    moved = {row["material"] for row in record.papers}
    request = Action.objects.of(case).supplement_requests().newest()
    asked = rules.scope_of(request.data["points"] if request else [])
    fields, form = plan.form.fields, plan.form
    return Changes(
        at=action.at,
        answers=[
            (fields[name].label, form.text(fields[name], record.before), form.text(fields[name], record.after))
            for name in fields
            if name in record.before
        ],
        papers=papers,
        untouched=[names[line["code"]] for line in plan.lines if line["code"] in asked.materials - moved]
        + [fields[name].label for name in fields if name in (asked.questions or ()) and name not in record.before],
    )
