"""What the checks of a form find: errors, and what the applicant is asked to look at again."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation

from tongban.infrastructure.kernel import clock, wording
from tongban.platform.eforms.models import FilledForm
from tongban.platform.eforms.rules import checks
from tongban.platform.eforms.services.forms import Answers, Form


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or strange enough to be confirmed.

    path       the question to mend first, "" where there is none
    text       in Chinese, english in English
    values     the answers it was found in
    links      what it rests on: ("case", uid) or ("licence", token)
    """

    id: str
    severity: str
    at: str
    fields: tuple[str, ...]
    path: str
    text: str
    english: str
    source: str
    values: Mapping[str, Any]
    links: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.english if wording.english() else self.text

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def findings(form: Form, answers: Answers, knowledge: Mapping[str, Any], today: date) -> list[Finding]:
    """Return what the checks find in these answers; what is not answered, or not known, is not wrong.

    knowledge   age, applicant, registers, licences; see docs/rooms/eforms.md
    """
    if not form.checks:
        return []
    kept = form.relevant(answers)
    asked = {name for step in form.steps(answers) for name in step.names}
    context = {name: kept.get(name) for name in form.fields}
    context |= {name: knowledge.get(name) for name in checks.KNOWLEDGE}
    chinese: dict[str, str] = {}
    english: dict[str, str] = {}
    found = []
    for check in form.checks:
        if (check.fields and asked.isdisjoint(check.fields)) or not check.is_wrong(context, today):
            continue
        chinese, english = chinese or _texts(form, kept, "zh-hans"), english or _texts(form, kept, "en")
        found.append(
            Finding(
                id=check.id,
                severity=check.severity,
                at=check.at,
                fields=check.fields,
                path=next((name for name in check.fields if name in asked), ""),
                text=check.filled(check.message, context, today, chinese),
                english=check.filled(check.english, context, today, english),
                source=check.source,
                values={name: kept.get(name) for name in sorted(check.asks & set(form.fields))},
            )
        )
    return found


def _texts(form: Form, kept: Answers, language: str) -> dict[str, str]:
    """Return the answers as texts in a language."""
    with translation.override(language):
        spoken = form.spoken()
        return {name: spoken.text(spoken.fields[name], kept) for name in kept}


def step_of_finding(form: Form, finding: Finding) -> str:
    """Return the last step that a finding points to: there it can be told first. "" where it points nowhere."""
    keys = [step.key for step in form.all_steps if set(step.names) & set(finding.fields)]
    return keys[-1] if keys else ""


def checks_before_answers(form: Form) -> bool:
    """Say whether some check is asked before anything is filled in."""
    return any(check.at for check in form.checks)


def checks_ask(form: Form, what: str) -> bool:
    """Say whether a check asks for this besides the answers: "licences", "applicant"."""
    return any(what in check.asks for check in form.checks)


def registers_asked(form: Form) -> frozenset[str]:
    """Return what the checks want to know from registers, as sources: "register:enterprise.established_on"."""
    return frozenset(source for check in form.checks for source in check.registers)


def errors_of(found: Collection[Finding], form: Form, step: str = "") -> dict[str, list[str]]:
    """Return the errors among the findings as `Form.problems` does; of one step where given."""
    told: dict[str, list[str]] = {}
    for finding in found:
        if finding.is_error and (not step or step_of_finding(form, finding) == step):
            here = [name for name in finding.fields if not step or name in form.step_names(step)]
            told.setdefault(here[0] if here else finding.path, []).append(str(finding))
    return told


def unconfirmed(found: Collection[Finding], form: Form, filled: FilledForm, step: str = "") -> list[Finding]:
    """Return the findings that still wait for the word of whoever fills the form in; of one step where given."""
    said = filled.confirmed or {}
    return [
        finding
        for finding in found
        if not finding.is_error
        and said.get(finding.id, {}).get("values") != finding.values
        and (not step or step_of_finding(form, finding) == step)
    ]


def to_confirm(
    form: Form, filled: FilledForm, waiting: Collection[Finding], address: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Return what `eforms/confirm.html` shows of each finding: itself, and where it can be changed.

    address   of a step
    """
    asked = [step.key for step in form.steps(filled.answers)]
    keys = [(finding, step_of_finding(form, finding)) for finding in waiting]
    return [{"finding": finding, "url": address(key if key in asked else asked[0])} for finding, key in keys]


def confirm(found: Collection[Finding], form: Form, filled: FilledForm, checks: Collection[str]) -> None:
    """Write down which findings are so; that counts until the answers change. The room saves it.

    checks   what is confirmed; what was not found, or is an error, cannot be
    """
    said = {
        finding.id: {
            "values": dict(finding.values),
            "text": finding.text,
            "english": finding.english,
            "at": clock.now().isoformat(),
        }
        for finding in unconfirmed(found, form, filled)
        if finding.id in checks
    }
    filled.confirmed = {**(filled.confirmed or {}), **said}


def confirmed(filled: FilledForm) -> list[dict[str, str]]:
    """Return what whoever filled the form in was asked to look at again and said to be so: text, english, at."""
    return sorted((filled.confirmed or {}).values(), key=lambda word: word["at"])
