"""Try the checks of a form with the examples of its definition."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.catalogue.rules import examples
from tongban.platform.catalogue.services.reading import Folder
from tongban.platform.eforms import services as eforms
from tongban.platform.parties import services as parties


def checks(folder: Folder, form: eforms.Form) -> Iterator[Problem]:
    """Find examples in which the checks find something else than the example says.

    A yes and a no list what is confirmed; whoever is not eligible, and an incomplete one, may list what is wrong.
    """
    for number, example in enumerate(folder.examples, 1):
        answers, expect = example["answers"], example["expect"]
        found = eforms.findings(form, answers, known(form, answers), examples.DAY)
        strange = {finding.id for finding in found if not finding.is_error}
        wrong = {finding.id for finding in found if finding.is_error}
        whole = example["kind"] != "incomplete"
        yield from _compared(f"[{number}].confirm", strange, set(example.get("confirm", ())), whole=whole)
        yield from _compared(
            f"[{number}].expect.checks", wrong, set(expect.get("checks", ())), whole=whole or bool(expect.get("checks"))
        )


def known(form: eforms.Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what would be known of the applicant of an example: the registers say what the answers say."""
    registers: dict[str, dict[str, Any]] = {}
    for name, source in form.prefills().items():
        kind, _dot, field = source.partition(".")
        if kind.startswith("register:") and name in answers:
            registers.setdefault(kind.removeprefix("register:"), {})[field] = answers[name]
    born = _born(answers)
    if born and "population" in registers:
        registers["population"].setdefault("birth_date", born.isoformat())
    return {
        "age": parties.age(born, examples.DAY) if born else None,
        "applicant": None,
        "registers": registers,
        "licences": [],
    }


def _born(answers: Mapping[str, Any]) -> date | None:
    number = answers.get("id_number")
    if isinstance(number, str) and parties.id_number_problem(number) is None:
        return parties.birth_date(number)
    return None


def _compared(where: str, found: set[str], listed: set[str], *, whole: bool) -> Iterator[Problem]:
    for name in sorted(found - listed) if whole else ():
        yield Problem(
            examples.FILE,
            where,
            gettext_noop("The check “%(name)s” finds something in this example, but the example does not say so."),
            gettext_noop("Add it to the list, or change the answers or the check."),
            details={"name": name},
        )
    for name in sorted(listed - found):
        yield Problem(
            examples.FILE,
            where,
            gettext_noop("The check “%(name)s” finds nothing in this example."),
            gettext_noop("Correct the name, or change the answers or the check."),
            details={"name": name},
        )
