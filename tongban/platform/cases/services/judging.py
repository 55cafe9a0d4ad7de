"""Judge a case by the checks of its form: what is wrong, and what the applicant has to look at again and confirm."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import again, facts, plan
from tongban.platform.eforms import services as eforms
from tongban.platform.licences.models import Licence


class NotEligible(Refusal):
    status = 422
    message = _("“%(service)s” cannot be applied for: %(reasons)s")


def findings(case: Case) -> list[eforms.Finding]:
    """Return what the checks find in the answers as they are now, and what was applied for or granted already."""
    form = plan.of(case.version).form
    found = eforms.findings(form, case.answers, _knowledge(case, form), clock.today()) if form.checks else []
    return [*again.findings(case), *found]


def unconfirmed(case: Case, found: Collection[eforms.Finding], step: str = "") -> list[eforms.Finding]:
    """Return the findings that still wait for the applicant's word; of one step where given."""
    return eforms.unconfirmed(found, plan.of(case.version).form, case, step)


def record_confirmations(case: Case, checks: Collection[str]) -> None:
    """Write down what is confirmed; what is not found, or is an error, cannot be."""
    eforms.confirm(findings(case), plan.of(case.version).form, case, checks)


def must_be_eligible(case: Case, service: str) -> None:
    """Refuse before anything is filled in what cannot be granted by what is known already. Raises NotEligible."""
    if against := [str(finding) for finding in findings(case) if finding.is_error and finding.at == "begin"]:
        raise NotEligible(service=service, reasons="".join(against))


def _knowledge(case: Case, form: eforms.Form) -> dict[str, Any]:
    """Return what checks may ask for besides the answers."""
    registers: dict[str, dict[str, Any]] = {}
    for source, value in (case.facts or {}).items():
        kind, _dot, field = source.partition(".")
        if kind.startswith("register:"):
            registers.setdefault(kind.removeprefix("register:"), {})[field] = value
    return {
        "age": facts.age(case, clock.today()),
        "applicant": {"kind": case.applicant.kind} if eforms.checks_ask(form, "applicant") else None,
        "registers": registers,
        "licences": _licences(case) if eforms.checks_ask(form, "licences") else [],
    }


def _licences(case: Case) -> list[dict[str, Any]]:
    """Return what the applicant may rely on today: kind, number, last day, and what stands on the face."""
    held = Licence.objects.of_party(case.applicant_id).in_force(clock.today())
    return [
        {
            "kind": licence.kind,
            "number": licence.number,
            "valid_until": licence.valid_until.isoformat() if licence.valid_until else None,
            "face": list(map(str, licence.face.values())),
        }
        for licence in held
    ]
