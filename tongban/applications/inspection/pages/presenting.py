"""What pages say of inspections, corrections, cases and clues, in words."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import (
    CorrectionOrder,
    FieldInspection,
    PenaltyCase,
    PenaltyEntry,
    RiskClue,
    SupervisedEntity,
)
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui.templatetags import ui

RISK_COLOURS = {"A": "green", "B": "blue", "C": "yellow", "D": "red"}
STATE_COLOURS = {
    "filed": "yellow", "told": "yellow", "decided": "blue", "served": "blue", "paid": "green", "warned": "green",
    "spared": "grey", "ended": "grey", "ordered": "yellow", "proved": "blue", "done": "green", "refused": "red",
    "clean": "green", "corrected": "green", "case": "red", "absent": "grey",
}  # fmt: skip
STEPS: dict[str, StrOrPromise] = {
    "file": gettext_lazy("Filed as a penalty case"),
    "evidence": pgettext_lazy("inspection", "Add evidence"),
    "preserve": gettext_lazy("Register and preserve evidence"),
    "release": gettext_lazy("Deal with what was preserved"),
    "extend": gettext_lazy("Extend the time for the decision"),
    "tell": gettext_lazy("Tell the party before the decision"),
    "told": gettext_lazy("Party told on the spot"),
    "state": gettext_lazy("Statement of the party"),
    "consider": gettext_lazy("Check what the party stated"),
    "ask_hearing": gettext_lazy("Party asks for a hearing"),
    "call_hearing": gettext_lazy("Call the hearing"),
    "hold_hearing": gettext_lazy("Record the hearing"),
    "review": pgettext_lazy("inspection", "Legal review"),
    "discuss": gettext_lazy("Discussion of the heads"),
    "decide": gettext_lazy("Decide the penalty"),
    "spare": gettext_lazy("End without a penalty"),
    "ticket": pgettext_lazy("inspection", "Decided on the spot"),
    "serve": gettext_lazy("Serve the decision"),
    "defer": gettext_lazy("Defer payment or grant instalments"),
    "contest": gettext_lazy("Note that the decision is contested"),
    "surcharge": gettext_lazy("Add to a late fine"),
    "publish": gettext_lazy("Make the decision public"),
    "withdraw": gettext_lazy("Withdraw what was made public"),
    "annul": gettext_lazy("Take the decision back"),
    "paid": gettext_lazy("Fine paid in full"),
}


class ListRow(NamedTuple):
    """A line of a list. cells: texts in the order of the columns; tag: (colour, word) or None."""

    url: str
    title: str
    note: str
    cells: Sequence[Any]
    tag: tuple[str, str] | None = None


class ChainLine(NamedTuple):
    """A link of a chain as a page shows it."""

    turn: int
    title: str
    entry: PenaltyEntry
    file: str
    broken: bool


def entity_facts(entity: SupervisedEntity) -> list[tuple[str, Any]]:
    return [
        (pgettext("inspection", "Kind"), entity.get_kind_display()),
        (pgettext("inspection", "Address"), entity.address),
        (_("Whose it is"), entity.party.name if entity.party else _("not known yet")),
        (pgettext("inspection", "Supervised by"), entity.department.title),
        (_("Watched by device"), entity.thing),
        (pgettext("inspection", "Supervised since"), ui.day(entity.listed_on)),
    ]


def inspection_facts(one: FieldInspection) -> list[tuple[str, Any]]:
    method = inspection.method_names().get(one.method, one.method)
    known = [
        (pgettext("inspection", "Object"), one.entity.name),
        (pgettext("inspection", "Address"), one.entity.address),
        (pgettext("inspection", "Supervision matter"), inspection.matter_title(one.matter)),
        (pgettext("inspection", "Legal basis"), matter_basis(one.matter)),
        (pgettext("inspection", "Way"), str(method)),
        (pgettext("inspection", "Reason"), one.get_origin_display()),
        (_("Officers and cards"), f"{one.first_officer.title}、{one.second_officer.title}"),
        (_("To be done by"), ui.day(one.planned_on)),
    ]
    if one.done_at:
        where = "" if one.latitude is None else f"{one.latitude:.5f}, {one.longitude:.5f}"
        known += [
            (pgettext("inspection", "Inspected at"), ui.moment(one.at)),
            (
                pgettext("inspection", "Recorded at"),
                ui.moment(one.done_at) + (f"（{pgettext('inspection', 'sent later')}）" if one.offline else ""),
            ),
            (pgettext("inspection", "Position"), where),
            (pgettext("inspection", "Outcome"), one.get_outcome_display()),
            (pgettext("inspection", "Signed by"), one.signed),
            (_("Not signed because"), one.refusal),
            (pgettext("inspection", "Remark"), one.words),
        ]
    return [(label, text) for label, text in known if text]


def matter_basis(key: str) -> str:
    found = inspection.matters().get(key)
    return found.legal_basis if found else ""


def answers(one: FieldInspection) -> list[tuple[str, str, str, str]]:
    """Return the checklist as it was answered: text, colour, word, words."""
    colours = {"yes": "green", "no": "red", "na": "grey"}
    known = {item.key: item.title for item in _items(one)}
    return [
        (
            known.get(said["key"], said["text"]),
            colours[said["outcome"]],
            str(inspection.OUTCOMES[said["outcome"]]),
            said["words"],
        )
        for said in one.answers
    ]


def _items(one: FieldInspection) -> Iterable[inspection.CheckItem]:
    found = inspection.matters(one.planned_on).get(one.matter)
    return found.items if found else ()


def correction_facts(order: CorrectionOrder) -> list[tuple[str, Any]]:
    found = [
        (pgettext("inspection", "To whom"), order.party.name),
        (pgettext("inspection", "Object"), order.inspection.entity.name),
        (
            pgettext("inspection", "What was found"),
            "\n".join(f"{one['text']}：{one['words']}" for one in order.inspection.findings),
        ),
        (_("What is to be put right"), order.words),
        (pgettext("inspection", "Legal basis"), order.basis),
        (pgettext("inspection", "Ordered on"), ui.day(order.ordered_on)),
        (_("To be put right by"), ui.day(order.due_on)),
        (_("What the company did"), order.proof),
        (_("Handed in on"), ui.day(order.proved_on) if order.proved_on else ""),
        (_("What the check found"), order.checked),
    ]
    return [(label, text) for label, text in found if text]


def case_facts(case: PenaltyCase, *, office: bool) -> list[tuple[str, Any]]:
    violation = inspection.violation(case.violation)
    fine = ui.yuan(case.fine_fen) if case.fine_fen else ""
    found: list[tuple[str, Any]] = [
        (pgettext("inspection", "Party"), case.party.name),
        (pgettext("penalty", "Act"), violation.title),
        (pgettext("inspection", "What was found"), case.facts),
        (pgettext("inspection", "Legal basis"), violation.basis),
        (_("Officers and cards"), f"{case.first_officer.title}、{case.second_officer.title}"),
        (pgettext("penalty", "Procedure"), case.get_procedure_display()),
        (_("Act ended on"), ui.day(case.violated_on)),
        (
            pgettext("inspection", "Proposed"),
            f"{case.get_proposed_display()} {ui.yuan(case.proposed_fen)}" if case.proposed_fen else "",
        ),
        (pgettext("penalty", "Decision"), f"{case.get_outcome_display()} {fine}" if case.outcome else ""),
        (_("Step of discretion"), step.title if (step := violation.step(case.step)) else ""),
        (pgettext("inspection", "Served on"), _day(case.served_on)),
        (_("To be paid by"), _day(case.pay_until)),
        (_("Added for being late"), ui.yuan(case.surcharge_fen) if case.surcharge_fen else ""),
        (pgettext("penalty", "Hearing"), case.get_hearing_display() if case.hearing else ""),
    ]
    if office:
        found.insert(0, (pgettext("inspection", "Filed on"), _day(case.filed_on)))
    return [(label, text) for label, text in found if text]


def case_clocks(case: PenaltyCase) -> list[tuple[str, str, str, str]]:
    """Return the clocks of a case that run or ran: name, day, colour, word."""
    today, running = clock.today(), pgettext("clock", "running")
    # Days that belong to the party: when they are over, nobody is late.
    windows = {_("Statement and defence"), _("Asking for a hearing")}
    known = [
        (pgettext("inspection", "Decision"), case.due_on, case.decided_on),
        (_("Statement and defence"), case.statement_until, case.decided_on),
        (_("Asking for a hearing"), case.hearing_until, case.hearing_on or case.decided_on),
        (pgettext("inspection", "Preserved evidence"), case.preserved_until, None),
        (pgettext("inspection", "Service"), case.serve_until, case.served_on),
        (_("Report to the office"), case.file_until, None),
        (pgettext("inspection", "Payment"), case.pay_until, case.ended_on),
        (pgettext("inspection", "Publication"), case.publish_until, case.published_on),
        (_("Withdrawal of the publication"), case.withdraw_until, case.withdrawn_on),
    ]
    found = []
    for name, due, done in known:
        if due is None:
            continue
        if name in windows:
            colour, word = ("grey", pgettext("inspection", "over")) if today > due else ("yellow", running)
            found.append((str(name), ui.day(due), colour, str(word)))
            continue
        late = (done or today) > due
        if done:
            word = pgettext("inspection", "done late") if late else _("done in time")
        else:
            word = pgettext("inspection", "over") if late else running
        found.append((str(name), ui.day(due), "red" if late else "green" if done else "yellow", str(word)))
    return found


def chain_lines(entries: Sequence[PenaltyEntry], broken: int | None) -> list[ChainLine]:
    return [
        ChainLine(
            entry.turn,
            str(STEPS.get(entry.kind, entry.kind)) if entry.kind != "evidence" else pgettext("inspection", "Evidence"),
            entry,
            str(entry.document.uid) if entry.document else "",
            broken is not None and place >= broken,
        )
        for place, entry in enumerate(entries, 1)
    ]


FIELDS: dict[str, StrOrPromise] = {
    "invoiced_yuan": pgettext_lazy("inspection", "amount invoiced"),
    "declared_yuan": pgettext_lazy("inspection", "income declared"),
    "kwh_month": gettext_lazy("electricity a month"),
    "area_m2": pgettext_lazy("inspection", "licensed area"),
    "alert": pgettext_lazy("clue", "alert"),
}
KINDS: dict[str, StrOrPromise] = {
    "invoices": pgettext_lazy("inspection", "Invoices issued"),
    "tax-returns": pgettext_lazy("inspection", "Tax returns"),
    "electricity": pgettext_lazy("inspection", "Electricity used"),
    "licensed-area": pgettext_lazy("inspection", "Licensed premises"),
}


def rule_title(key: str) -> str:
    if key == inspection.SENSING:
        return _("Reported by a device")
    rule = inspection.comparison_rule(key)
    return worded(rule.name, rule.english) if rule else key


def measure_words(clue: RiskClue) -> str:
    """Return by how much the sources differ, in words."""
    rule = inspection.comparison_rule(clue.rule)
    if rule is None or not clue.measure:
        return ""
    if rule.kind == "difference":
        return _("The first is %(measure)s %% above the second; the rule allows %(most)s %%.") % {
            "measure": clue.measure,
            "most": rule.most,
        }
    if rule.kind == "ratio":
        return _("First divided by second is %(measure)s; the rule allows %(most)s.") % {
            "measure": clue.measure,
            "most": rule.most,
        }
    return _("The first says %(measure)s, and the second nothing; the rule asks from %(most)s on.") % {
        "measure": clue.measure,
        "most": rule.most,
    }


def linkage_words(clue: RiskClue) -> list[tuple[str, str]]:
    """Return how the rows of a clue were linked, part by part."""
    said = clue.linkage
    if said.get("by") == "device":
        return [
            (
                pgettext("inspection", "Linked by"),
                _("the device that is attached to the object: %(thing)s") % {"thing": said["thing"]},
            )
        ]
    if said.get("by") == "identifier":
        return [
            (pgettext("inspection", "Linked by"), _("the same credit code in both sources, compared as keyed digests"))
        ]
    rows = [(pgettext("inspection", "Linked by"), _("likeness of name and address, because an identifier is missing"))]
    for name, label in (
        ("name_score", pgettext("inspection", "Name")),
        ("address_score", pgettext("inspection", "Address")),
    ):
        rows.append((label, f"{said[name] / 10:.1f} %"))
    rows.append((pgettext("inspection", "Together"), f"{said['score'] / 10:.1f} %"))
    rows.append((_("Asked for at least"), f"{said['least'] / 10:.1f} %"))
    return rows


def _day(day: Any) -> str:
    return ui.day(day) if day else ""
