"""What the pinned version of a service asks of a case, read once per process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from tongban.infrastructure.database.prepared import PreparedQuery
from tongban.infrastructure.kernel.memo import Memo
from tongban.platform.cases import rules
from tongban.platform.cases.models import Case
from tongban.platform.cases.rules import inspection as inspections
from tongban.platform.cases.services import terms
from tongban.platform.catalogue.models import Version
from tongban.platform.eforms import services as eforms
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow

# The duty that each kind of task in a process calls for.
DUTIES = {
    "accept": "cases.accept",
    "review": "cases.review",
    "inspect": "cases.inspect",
    "approve": "cases.approve",
    "send": "cases.accept",
    "sign": "cases.accept",
}


class AtOnce(NamedTuple):
    """What the table of an instant service says: yes, or that a person decides; never no. table: its file."""

    table: str
    grants: bool
    reason: str


@dataclass(frozen=True)
class Plan:
    """A published definition, parsed.

    guide      service.toml
    asked      the questions; `form` is how they are asked in the reader's language
    process    the BPMN process, ready to start
    roles      role of the process -> key of the department that plays it
    """

    guide: Mapping[str, Any]
    asked: eforms.Form
    process: workflow.ProcessDefinition
    roles: Mapping[str, str]
    templates: Mapping[str, str]
    tables: Mapping[str, str]

    @property
    def form(self) -> eforms.Form:
        return self.asked.spoken()

    def decision(self, answers: Mapping[str, Any], on: date, age: int | None = None) -> dict[str, Any]:
        """Ask every decision table of the service what follows from the answers; {} where there is none.

        age   full years of the person they are about, as register or identity number say; tables may ask for it
        Raises NoRuleFits.
        """
        facts = {**answers, **({} if age is None else {"age": age})}
        found: dict[str, Any] = {}
        for file, text in self.tables.items():
            if file in {self._rule, self.fee_table, self.consultation.get("table")}:
                continue
            found |= workflow.decide_table({file: text}, file.rpartition("/")[2].removesuffix(".dmn"), facts, on)
        return found

    def at_once(self, answers: Mapping[str, Any], on: date, age: int | None = None) -> AtOnce | None:
        """Ask the table by which the system decides at once; None where the service has none.

        age   as for `decision`. Raises NoRuleFits.
        """
        if not self._rule:
            return None
        facts = {**answers, **({} if age is None else {"age": age})}
        name = self._rule.removesuffix(".dmn")
        said = workflow.decide_table({self._rule: self.tables[self._rule]}, name, facts, on)
        return AtOnce(self._rule, said["outcome"] == "grant", str(said["reason"]))

    def rows_of(self, file: str, answers: Mapping[str, Any], on: date, age: int | None = None) -> list[dict[str, Any]]:
        """Ask a table of the folder; return what each rule that fits says, by the names of the outputs.

        age   as for `decision`. Raises NoRuleFits.
        """
        facts = {**answers, **({} if age is None else {"age": age})}
        said = workflow.decide_table({file: self.tables[file]}, file.removesuffix(".dmn"), facts, on)
        columns = [value if isinstance(value, list) else [value] for value in said.values()]
        return [dict(zip(said, row, strict=True)) for row in zip(*columns, strict=True)]

    @property
    def fee_table(self) -> str:
        """Return the file of the table by which fees are computed for a case; "" where each item is charged once."""
        return str(self.guide.get("fee", {}).get("table", ""))

    @property
    def consultation(self) -> Mapping[str, Any]:
        """Return by which table departments are asked for advice about a case (征求意见); {} where none are."""
        return dict(self.guide.get("consultation", {}))

    @property
    def follow_up(self) -> Mapping[str, Any]:
        """Return how many days after a grant who inspects (事后核查); {} where nobody does by a rule."""
        return dict(self.guide.get("follow_up", {}))

    @property
    def effect(self) -> Mapping[str, Any]:
        """Return from which day a decision takes effect (生效日); {} where the definition does not say."""
        return dict(self.guide.get("effect", {}))

    @property
    def decides_at_once(self) -> bool:
        return bool(self._rule)

    @property
    def _rule(self) -> str:
        return str(self.guide.get("instant", {}).get("table", ""))

    @property
    def instant(self) -> bool:
        return bool(self.guide["handling"] == "instant")

    @property
    def one_person_may_do_all(self) -> bool:
        """Say whether one official may file for the applicant, accept and decide."""
        return bool(self.guide.get("process", {}).get("same_person", False))

    @property
    def again(self) -> Mapping[str, Any]:
        """Return what is done about a second application for the same; {} where nothing is."""
        return dict(self.guide.get("again", {}))

    @property
    def answers_by_letter(self) -> bool:
        """Say whether the letter that grants is itself the result; otherwise a licence is."""
        return bool(self.guide["result"]["kind"] != "licence")

    @property
    def limits(self) -> rules.Limits:
        limits = self.guide["limits"]
        return rules.Limits(
            limits["statutory_days"],
            limits["promised_days"],
            limits.get("acceptance_days", 5),
            limits.get("unit", "workday"),
            limits.get("extension", {}).get("days", 0),
            terms.dated("supplement", limits.get("supplement_days")),
            terms.dated("deferral", self.deferral.get("days")),
            terms.dated("arrival"),
        )

    @property
    def limits_open_cases(self) -> Mapping[str, Any]:
        """Return from which day of acceptance on these limits also count for open cases of before, and why."""
        return dict(self.guide["limits"].get("open_cases", {}))

    @property
    def deferral(self) -> Mapping[str, Any]:
        """Return by when materials may follow after acceptance (容缺受理); {} where all have to be there."""
        return dict(self.guide.get("deferral", {}))

    @property
    def commitment(self) -> Mapping[str, Any]:
        """Return what an applicant may commit to, to be granted at once (告知承诺); {} where that is not offered."""
        return dict(self.guide.get("commitment", {}))

    @property
    def publicity(self) -> Mapping[str, Any]:
        """Return what of an application is shown to everybody, and for how long (公示); {} where nothing is."""
        return dict(self.guide.get("publicity", {}))

    @property
    def posting(self) -> Mapping[str, Any]:
        """Return what is posted to the applicant after a grant, and when (邮寄); {} where nothing is."""
        return dict(self.guide.get("posting", {}))

    @property
    def acts_on(self) -> Mapping[str, Any]:
        """Return which licence of the applicant this is about, and what it does to it; {} where to none."""
        return dict(self.guide.get("acts_on", {}))

    @property
    def heard_before(self) -> frozenset[str]:
        """Return before which decisions the applicant is told of the right to a hearing: "granted", "refused"."""
        return frozenset(self.guide.get("hearing", {}).get("before", ()))

    @property
    def procedures(self) -> Mapping[str, int]:
        """Return the special procedures that the service knows, and how many days each is expected to take."""
        return {procedure["name"]: procedure["days"] for procedure in self.guide["limits"].get("procedure", [])}

    def inspection(self, task: str) -> inspections.Inspection | None:
        """Return what a task asks of an inspection; None where an opinion is enough."""
        rows = [row for row in self.guide.get("inspection", []) if row["task"] == task]
        return inspections.read(rows[0]) if rows else None

    @property
    def lines(self) -> list[Mapping[str, Any]]:
        return list(self.guide.get("material", []))

    def line(self, code: str) -> Mapping[str, Any] | None:
        return next((line for line in self.lines if line["code"] == code), None)

    def lines_for(self, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the material lines whose condition holds for these answers."""
        return [line for line in self.lines if "when" not in line or eforms.holds(line["when"], answers)]

    def departments(self) -> dict[str, int]:
        """Return the department that plays each role of the process: role -> id."""
        found = dict(self._taking_part())
        return {role: found[key] for role, key in self.roles.items()}

    @cached_property
    def _taking_part(self) -> PreparedQuery[tuple[str, int]]:
        return PreparedQuery(lambda: Department.objects.acting_by_key(set(self.roles.values())))


def of(version: Version) -> Plan:
    """Return the plan of a version; the same content is parsed once per process."""
    return _plans.get(version.digest, lambda: _parsed(version))


def limiting(case: Case) -> Plan:
    """Return the plan whose time limits count for a case: a later version's, where it says so of open cases."""
    return of(case.limited_by or case.version)


def of_digests(digests: Iterable[str]) -> dict[str, Plan]:
    """Return the plans of definitions by their digests; asks only for those that this process has not read yet."""
    found = {digest: _plans.known(digest) for digest in set(digests)}
    unread = [digest for digest, plan in found.items() if plan is None]
    if unread:
        found |= {
            version.digest: of(version)
            for version in Version.objects.select_related("service").filter(digest__in=unread)
        }
    return {digest: plan for digest, plan in found.items() if plan is not None}


# Definitions by digest: they never change under it. A city offers some hundreds at a time.
_plans: Memo[Plan] = Memo(2000)


def _parsed(version: Version) -> Plan:
    return Plan(
        guide=version.guide,
        asked=eforms.load(version.form),
        process=workflow.ProcessDefinition(
            key=version.service.code, bpmn=version.process, duties=DUTIES, tables=version.tables
        ),
        roles={role["key"]: role["department"] for role in version.guide.get("role", [])},
        templates=version.templates,
        tables=version.tables,
    )
