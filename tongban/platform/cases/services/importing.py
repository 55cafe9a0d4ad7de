"""Take cases over from an older system with their own past: through the same record, without a word to anybody.

Letters, notices and licences of that time were given out there; what comes afterwards is this house's.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongban.infrastructure.database.changes import track
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.cases.events import CaseTakenOver
from tongban.platform.cases.models import MAX_FOREIGN_NUMBER, Case, Takeover
from tongban.platform.cases.rules import takeover
from tongban.platform.cases.rules.takeover import ForeignCase
from tongban.platform.cases.services import again, offices, plan, replaying
from tongban.platform.cases.services.replaying import DoesNotFit
from tongban.platform.catalogue.models import Service
from tongban.platform.eforms import services as eforms
from tongban.platform.identity.models import Account
from tongban.platform.parties import services as parties

MAX_LINE_KB = 1024


@dataclass(frozen=True)
class TakenLine:
    """What became of one line of a file. number: of the older system, "" where the line cannot be read.

    outcome   "taken" (or would be), "known" (was taken over before), "wrong"
    reason    why not, in a sentence
    """

    line: int
    number: str
    outcome: str
    reason: str = ""


def take_over(*, lines: Iterable[str], dry_run: bool = False) -> Iterator[TakenLine]:
    """Take over the cases of a file, a transaction for each; yield what became of each line.

    lines     of the file: the first says format, version and system, see docs/operating/taking-over.md
    dry_run   do all of it, and take it back
    What was taken over before is left alone, so that a file may be read again after a breakdown. Whose command it is
    has the database in hand already: no door leads here.
    Raises DoesNotFit where the first line is not what it should be.
    """
    numbered = enumerate(lines, 1)
    system = _system(next(numbered, (1, ""))[1])
    seen: dict[str, str] = {}
    for number, text in numbered:
        if text.strip():
            yield _line(system, number, text, seen, dry_run=dry_run)


def _line(system: str, number: int, text: str, seen: dict[str, str], *, dry_run: bool) -> TakenLine:
    foreign: ForeignCase | None = None
    try:
        foreign = _read(text)
        digest = sha256(text.strip().encode()).hexdigest()
        if _is_known(system, foreign.number, digest, seen):
            return TakenLine(number, foreign.number, "known")
        with transaction.atomic():
            _take(system, foreign, digest)
            transaction.set_rollback(dry_run)
        seen[foreign.number] = digest
    except Refusal as refusal:
        return TakenLine(number, foreign.number if foreign else _number(text), "wrong", str(refusal))
    return TakenLine(number, foreign.number, "taken")


def _is_known(system: str, number: str, digest: str, seen: Mapping[str, str]) -> bool:
    """Say whether this very case was taken over. Raises DoesNotFit where another one was under its number."""
    known = Takeover.objects.known(system, number)
    before = known.digest if known else seen.get(number)
    if before is None or before == digest:
        return before is not None
    raise DoesNotFit(
        reason=_("A case with the number “%(number)s” was taken over before, and it said something else.")
        % {"number": number}
    )


def _take(system: str, foreign: ForeignCase, digest: str) -> Case:
    """Let one case come to where it stands, and keep by which number it was known."""
    case = _draft(foreign)
    replaying.replay(case, foreign.steps, _accounts(foreign), system=system, number=foreign.number)
    Takeover.objects.create(case=case, system=system, number=foreign.number, digest=digest, at=clock.now())
    event = CaseTakenOver(case.pk, str(case.number), system, foreign.number, case.state, len(foreign.steps))
    journal.write(event, by=SYSTEM, subject=case.subject)
    return case


def _draft(foreign: ForeignCase) -> Case:
    """Return the case before its first step, as the office of today would keep it."""
    service: Service | None = Service.objects.begun_as(foreign.service)
    if service is None or service.current is None:
        raise DoesNotFit(reason=_("There is no service “%(code)s”.") % {"code": foreign.service})
    purpose = _("Take over case %(number)s of an older system") % {"number": foreign.number}
    bearing = parties.find(actor=SYSTEM, number=foreign.applicant, purpose=purpose)
    if len(bearing) != 1:
        raise DoesNotFit(reason=_("Nobody, or more than one, is known by the applicant's number. Register them first."))
    begun = foreign.steps[0].at
    case = Case(
        version=service.current,
        department=service.department,
        area=foreign.area or str(foreign.answers.get("district", "")) or service.department.area,
        applicant=bearing[0],
        applicant_name=bearing[0].name,
        created_at=begun,
        updated_at=begun,
        submitted_at=begun,
        query_code=ids.digits(6),
    )
    case.version.service = service
    offices.settle(case, foreign.area)
    definition = plan.of(case.version)
    _fill(case, foreign.answers)
    case.unit = definition.limits.unit
    case.about = again.about(case)
    with clock.at(begun):
        case.number = f"{case.area or '000000'}-{clock.today():%Y%m%d}-{ids.token(7)}"
    case.save()
    return track(case)


def _fill(case: Case, answers: Mapping[str, Any]) -> None:
    """Take over answers that the form of today knows. Raises DoesNotFit."""
    try:
        eforms.put(plan.of(case.version).form, case, answers)
    except Invalid as invalid:
        name, sentences = next(iter(invalid.errors.items()))
        words = {"name": name, "why": sentences[0]}
        raise DoesNotFit(reason=_("The answer to “%(name)s” does not fit the form: %(why)s") % words) from invalid


def _accounts(foreign: ForeignCase) -> dict[str, int]:
    """Return the accounts of the officials who are named with one. Raises DoesNotFit."""
    logins = {step.login for step in foreign.steps if step.login}
    found = Account.objects.keys_of(logins)
    if unknown := sorted(logins - found.keys()):
        raise DoesNotFit(reason=_("There is no account “%(login)s”.") % {"login": unknown[0]})
    return found


def _system(text: str) -> str:
    head = _json(text)
    for word, details in takeover.faults_of_head(head):
        raise DoesNotFit(reason=replaying.sentence(word, details))
    return str(head["system"]).strip()


def _read(text: str) -> ForeignCase:
    if len(text) > MAX_LINE_KB * 1024:
        raise DoesNotFit(reason=_("The line is longer than %(most)s KB.") % {"most": MAX_LINE_KB})
    line = _json(text)
    for word, details in takeover.faults(line, now=clock.now()):
        raise DoesNotFit(reason=replaying.sentence(word, details))
    if len(line["number"]) > MAX_FOREIGN_NUMBER:
        raise DoesNotFit(reason=replaying.sentence("missing", {"name": "number"}))
    return takeover.read(line)


def _number(text: str) -> str:
    """Return the number of a case that does not fit, as far as it can be read."""
    try:
        line = json.loads(text)
    except ValueError:
        return ""
    return str(line.get("number", ""))[:MAX_FOREIGN_NUMBER] if isinstance(line, dict) else ""


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise DoesNotFit(reason=_("The line is not JSON.")) from error
