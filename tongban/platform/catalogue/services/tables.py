"""Does a decision table answer everybody whom the form lets apply? Who falls through could be granted nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext, pgettext

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.problems import Problem, gettext_noop
from tongban.platform.catalogue.rules import samples
from tongban.platform.eforms import services as eforms
from tongban.platform.parties import services as parties
from tongban.platform.workflow import services as workflow

# What a table may ask for besides the answers and what the tasks came to.
AGE, BORN, NUMBER = "age", "birth_date", "id_number"


def problems(
    file: str, table: Any, form: eforms.Form, questions: Mapping[str, Any], tasks: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    """Find an applicant for whom no rule fits, or several where the policy wants one. At most one of either.

    questions   name -> JSON Schema of the answer
    tasks       task of the process -> what it may come to
    """
    check = _Check(table, form, questions, tasks)
    if samples.count(check.samples) > samples.MAX_COMBINATIONS:
        yield Problem(
            file,
            table.id,
            gettext_noop("The table asks for so much that not every applicant can be tested: %(count)s combinations."),
            gettext_noop("Split it into several decisions."),
            "warning",
            {"count": samples.count(check.samples)},
        )
        return
    reported: set[bool] = set()
    for fault in workflow.table_faults(table, check.applicants()):
        if bool(fault.rules) in reported or not check.possible(fault.data):
            continue
        reported.add(bool(fault.rules))
        yield _problem(file, table.id, fault, check.in_words(fault.data))


class _Check:
    """One table and the form that feeds it."""

    def __init__(
        self, table: Any, form: eforms.Form, questions: Mapping[str, Any], tasks: Mapping[str, Sequence[str]]
    ) -> None:
        names = set(table.asked_names())
        self.form, self.today = form, clock.today()
        self.aged = AGE in names and AGE not in form.fields
        asked = (names & set(form.fields)) | ({BORN} & set(form.fields) if self.aged else set())
        # Whether a question is asked may hang on the answer to another.
        self.names = [name for name in form.fields if name in asked | form.deciding(asked)]
        self.tasks = sorted(names & set(tasks))
        edges = list(table.constants())
        edges += [value for name in self.names for key, value in questions.get(name, {}).items() if key in _BOUNDS]
        self.samples: dict[str, Sequence[Any]] = {
            name: samples.birthdays(edges, self.today)
            if name == BORN and self.aged
            else samples.answers(questions.get(name, {}), edges)
            for name in self.names
        }
        self.samples |= {name: [None, *tasks[name]] for name in self.tasks}

    def applicants(self) -> Iterator[dict[str, Any]]:
        """All ways to fill in the form, each once, as the table sees them."""
        seen: set[str] = set()
        for combination in samples.combinations(self.samples):
            facts = self.form.relevant({name: value for name, value in combination.items() if name in self.names})
            facts |= {name: combination[name] for name in self.tasks if name in combination}
            if self.aged and isinstance(facts.get(BORN), str):
                facts[AGE] = parties.age(date.fromisoformat(facts[BORN]), self.today)
            if (key := repr(sorted(facts.items()))) not in seen:
                seen.add(key)
                yield facts

    def possible(self, facts: Mapping[str, Any]) -> bool:
        """Say whether the form takes these answers."""
        answers = {name: value for name, value in facts.items() if name in self.names}
        return not any(path.partition(".")[0] in self.names for path in self.form.problems(answers))

    def in_words(self, facts: Mapping[str, Any]) -> str:
        answers = [(self.form.fields[name].label, self._text(name, facts)) for name in self.names]
        answers += [(name, str(facts.get(name, "–"))) for name in self.tasks]
        between = pgettext("between answers", "; ")
        return between.join(
            gettext("%(label)s: %(answer)s") % {"label": label, "answer": text} for label, text in answers
        )

    def _text(self, name: str, facts: Mapping[str, Any]) -> str:
        text = self.form.text(self.form.fields[name], facts)
        if name != BORN or AGE not in facts or not self.aged:
            return text
        return gettext("%(date)s (aged %(age)d)") % {"date": text, "age": facts[AGE]}


_BOUNDS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})


def _problem(file: str, place: str, fault: Any, words: str) -> Problem:
    if fault.rules:
        return Problem(
            file,
            place,
            gettext_noop("The rules %(rules)s all match an applicant who fills in: %(applicant)s."),
            gettext_noop("Make them exclude each other, or choose the hit policy FIRST."),
            details={"rules": ", ".join(map(str, fault.rules)), "applicant": words},
        )
    return Problem(
        file,
        place,
        gettext_noop("No rule matches an applicant who fills in: %(applicant)s. No decision could be made."),
        gettext_noop("Add a rule for it, or change the form so that no one can answer like this."),
        details={"applicant": words},
    )
