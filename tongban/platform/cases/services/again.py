"""Find what was applied for, or granted, already: a second application for the same is told before it is handed in."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.kernel import clock
from tongban.platform.cases.models import UNDER_WAY, Case, subject_of
from tongban.platform.cases.services import plan
from tongban.platform.eforms import services as eforms
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence

ID = "again"
OPEN = gettext_noop(
    "The same has already been applied for: case %(number)s is open. Check its progress there; withdraw it first if "
    "you want to apply again."
)
GRANTED = gettext_noop("The same has already been granted, in case %(number)s.")
HELD = gettext_noop("You already hold a licence for the same: %(name)s, number %(number)s.")


def about(case: Case) -> str:
    """Return the keyed digest of what the case is about, by its applicant; "" where nothing makes two the same."""
    values = _values(case)
    if not values:
        return ""
    said = [case.version.service.code, case.applicant_id, values]
    return crypto.digest_of(json.dumps(said, ensure_ascii=False, sort_keys=True))


def findings(case: Case) -> list[eforms.Finding]:
    """Return what stands against a draft, or is to be confirmed, because of what is open or granted already.

    The same goes for a supplement whose answers are now about something else. There is nothing before the answers are
    known that make it the same.
    """
    if case.state not in {Case.State.DRAFT, Case.State.SUPPLEMENT}:
        return []
    digest = about(case)
    is_looked_at = case.state == Case.State.DRAFT or digest != case.about
    return list(_found(case, digest)) if digest and is_looked_at else []


def may_be_known_first(definition: plan.Plan) -> bool:
    """Say whether registers know the answers that make an application one for the same."""
    sources = definition.form.prefills()
    return bool(definition.again) and all(name in sources for name in definition.again["same"])


def _found(case: Case, digest: str) -> Iterator[eforms.Finding]:
    definition = plan.of(case.version)
    rule, result = definition.again, definition.guide["result"]
    cases = [one for one in Case.objects.for_the_same(digest) if one.uid != case.uid]
    for one in [one for one in cases if one.state in UNDER_WAY][:1]:
        yield _finding(case, rule["open"], OPEN, {"number": one.number}, ("case", one.uid))
        return
    done = [one for one in cases if one.state not in UNDER_WAY]
    if definition.answers_by_letter:
        for one in done[:1]:
            yield _finding(case, rule["granted"], GRANTED, {"number": one.number}, ("case", one.uid), instead=True)
        return
    for licence in _held(case, str(result["licence_kind"]), {subject_of(one.id) for one in done})[:1]:
        words = {"name": licence.kind_name, "number": licence.number}
        yield _finding(case, rule["granted"], HELD, words, ("licence", licence.token), instead=True)


def _held(case: Case, kind: str, subjects: set[str]) -> list[Licence]:
    """Return licences of this kind that came out of these cases, or whose face holds the same answers."""
    values, today = set(_values(case).values()), clock.today()
    held = Licence.objects.held_beside(case.applicant_id, kind, today, beside="case")
    known = [one for one in held if values <= set(map(_folded, one.face.values()))]
    found = [*known, *(Licence.objects.held_from(subjects, kind, today) if subjects else ())]
    # One that ends soon stands in nobody's way: applying for the same is how it goes on.
    return [one for one in found if not licences.may_be_renewed(one.valid_until, one.state)]


def _finding(
    case: Case,
    what: str,
    template: str,
    words: dict[str, str],
    link: tuple[str, str],
    *,
    instead: bool = False,
) -> eforms.Finding:
    definition = plan.of(case.version)
    rule, fields = definition.again, definition.form.fields
    names = tuple(rule["same"])
    # What a register says cannot be answered otherwise, so that nothing has to be filled in first.
    fixed = all(fields[name].fixed and name in case.sources for name in names)
    asked = {name for step in definition.form.steps(case.answers) for name in step.names}
    chinese, english = (_in(language, template) % words for language in ("zh-hans", "en"))
    return eforms.Finding(
        id=ID,
        severity="error" if what == "refuse" else "confirm",
        at="begin" if fixed else "",
        fields=names,
        path=next((name for name in reversed(names) if name in asked), ""),
        text=f"{chinese}{rule['text']}" if instead else chinese,
        english=f"{english} {rule['english']}" if instead else english,
        source=str(rule.get("source", "")),
        values={**_values(case), "found": words["number"]},
        links=(link,),
    )


def _in(language: str, sentence: str) -> str:
    with translation.override(language):
        return gettext(sentence)


def _values(case: Case) -> dict[str, str]:
    """Return the answers that make it the same, as they are compared; {} while one of them is not known."""
    names = plan.of(case.version).again.get("same", ())
    given = {name: case.answers.get(name) for name in names}
    if any(value in (None, "", []) for value in given.values()):
        return {}
    return {name: _folded(value) for name, value in given.items()}


def _folded(value: Any) -> str:
    """Leave width, case and spaces aside, so that the same address written otherwise is the same."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
