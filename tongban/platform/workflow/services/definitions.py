"""Definitions: checked, compiled once in the life of a server process, kept word for word."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from json import dumps
from typing import Any

from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.problems import Problem, sentence
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.platform.workflow import ports
from tongban.platform.workflow.models import Instance, Process
from tongban.platform.workflow.rules import bpmn as reader
from tongban.platform.workflow.rules import counting, dmnfile, flattening, gaps, limits, soundness
from tongban.platform.workflow.rules import dmn as tables
from tongban.platform.workflow.rules.dmn import DecisionTable, RuleMatch
from tongban.platform.workflow.rules.gaps import TableGap
from tongban.platform.workflow.rules.graphs import Graph, Node

Files = Mapping[str, str] | Sequence[str]


class BrokenDefinition(Refusal):
    status = 422
    message = _("The process cannot run: %(problem)s")


class NoRuleFits(Refusal):
    status = 422
    message = _(
        "The decision table “%(table)s” has no rule for these answers. Notify the person who maintains the service."
    )


@dataclass(frozen=True)
class ProcessDefinition:
    """A process as a service definition carries it.

    bpmn     text of the BPMN 2.0 file
    duties   task kind -> duty that its tasks ask for, e.g. {"accept": "cases.accept"}
    tables   DMN documents, by file name or in a row
    key      name for people who read logs; the id of the BPMN process where it is empty
    """

    bpmn: str
    duties: Mapping[str, str] = field(default_factory=dict)
    tables: Files = ()
    key: str = ""

    @cached_property
    def pk(self) -> int:
        """The row id: 63 bits of the digest of the content, the same in every installation and under every key."""
        parts = [self.bpmn, [text for _name, text in _files(self.tables)], dict(self.duties)]
        return int.from_bytes(sha256(dumps(parts, sort_keys=True).encode()).digest()[:8]) >> 1

    @property
    def graph(self) -> Graph:
        """The process, parsed and checked. Raises BrokenDefinition."""
        return compile_once(self).graph


@dataclass(frozen=True)
class Compiled:
    """A definition, ready to run; parsed once in the life of a server process."""

    graph: Graph
    tables: Mapping[str, DecisionTable]
    duties: Mapping[str, str]
    asked: frozenset[str]

    def decide(self, table: str, data: Mapping[str, Any]) -> Any:
        return _ask(self.tables[table], data, clock.today()).value


def check(bpmn: str, dmn: Files = (), *, alone: bool = True) -> list[Problem]:
    """Return what is wrong with a process and its tables, each with its place and a remedy; not all of it forbids.

    alone   look for gaps and overlaps of the tables too, though nothing is known of the form that feeds them
    """
    _graph, _tables, problems = _check(bpmn, dmn)
    broken = {problem.file for problem in problems if problem.forbids}
    for name, text in _files(dmn) if alone else ():
        for table in dmnfile.read(text)[0].values() if name not in broken else ():
            problems += [replace(problem, file=name) for problem in gaps.problems(table)]
    return problems


def roles(bpmn: str) -> list[str]:
    """Return the roles that a process needs filled, in the order of the file."""
    return reader.read(bpmn)[0].roles


def asked_names(bpmn: str, dmn: Files = ()) -> dict[str, frozenset[str]]:
    """Return what a process asks for: id of a flow or decision -> names, those that its own tasks give left out."""
    graph, found, _problems = _check(bpmn, dmn)
    own = {node.id for node in graph.of_type("task", "decision", "service", "subprocess", "call")}
    repeated = [node.repetition for node in graph.nodes.values() if node.repetition]
    if repeated:
        own |= {counting.NUMBER, *counting.STANDARD, *(several.item for several in repeated)}
    asked: dict[str, frozenset[str]] = {}
    for key, formula in graph.formulas():
        asked[key] = asked.get(key, frozenset()) | formula.names()
    for node in graph.of_type("decision"):
        if node.table in found:
            asked[node.id] = found[node.table].asked_names()
    return {key: names - own for key, names in asked.items()}


def steps(bpmn: str) -> list[Node]:
    """Return the user tasks of a process, in the order of the file."""
    return reader.read(bpmn)[0].tasks


def longest_way(
    bpmn: str, *, without: Collection[str] = (), days: Mapping[str, int] | None = None
) -> tuple[int, list[str]]:
    """Return how many working days the tasks of a process take at most, and the ids of those tasks in their order.

    Branches run at the same time, and nothing is sent back.
    without   kinds of tasks whose days are not counted
    days      of each task by its id, in place of those that the drawing gives
    """
    return limits.longest_way(flattening.flat(reader.read(bpmn)[0]), without, days)


def decisions(dmn: str) -> Mapping[str, DecisionTable]:
    """Return the tables of a sound decision file by decision id. Raises BrokenDefinition."""
    return _tables((dmn,))


def decide_table(dmn: Files | str, name: str, data: Mapping[str, Any], on: date | None = None) -> dict[str, Any]:
    """Ask a decision table: output name -> value. Raises NotFound, NoRuleFits, BrokenDefinition."""
    return dict(explain_table(dmn, name, data, on).outputs)


def explain_table(dmn: Files | str, name: str, data: Mapping[str, Any], on: date | None = None) -> RuleMatch:
    """Ask a decision table and say which rule answered, and why. Raises NotFound, NoRuleFits, BrokenDefinition.

    on   the day that today() stands for; today where nothing is said
    """
    found = _tables((dmn,) if isinstance(dmn, str) else tuple(text for _name, text in _files(dmn)))
    if name not in found:
        raise NotFound()
    return _ask(found[name], data, on or clock.today())


def table_faults(table: DecisionTable, cases: Iterable[Mapping[str, Any]]) -> Iterator[TableGap]:
    """Return the cases (name -> value) that a table cannot answer, because no rule fits or several do."""
    return gaps.faults(table, cases, clock.today())


def _files(files: Files) -> list[tuple[str, str]]:
    if isinstance(files, Mapping):
        return sorted(files.items())
    return [(f"{number}.dmn", text) for number, text in enumerate(files, start=1)]


def _check(bpmn: str, dmn: Files) -> tuple[Graph, dict[str, DecisionTable], list[Problem]]:
    graph, problems = reader.read(bpmn)
    if not any(problem.forbids for problem in problems):
        problems += soundness.problems(graph)
    found: dict[str, DecisionTable] = {}
    for name, text in _files(dmn):
        here, wrong = dmnfile.read(text)
        problems += [replace(problem, file=name) for problem in wrong]
        problems += [replace(dmnfile.twice(key), file=name) for key in here if key in found]
        found |= here
    if not any(problem.forbids for problem in problems):
        problems += soundness.missing_tables(graph, set(found))
        problems += soundness.missing_ports(graph, set(ports.SERVICES))
    return graph, found, problems


# Compiled definitions by row id, and (database, row id) of those known to be committed.
_compiled: Memo[Compiled] = Memo(2000)
_committed: set[tuple[str, int]] = set()


def compile_once(definition: ProcessDefinition) -> Compiled:
    return _compiled.get(definition.pk, lambda: _compile(definition))


def compiled_of(instance: Instance) -> Compiled:
    if compiled := _compiled.known(instance.process_id):
        return compiled
    process = instance.process
    return compile_once(ProcessDefinition(process.bpmn, process.duties, tuple(process.tables), process.key))


def _compile(definition: ProcessDefinition) -> Compiled:
    graph, found, problems = _check(definition.bpmn, definition.tables)
    if forbidden := [problem for problem in problems if problem.forbids]:
        raise BrokenDefinition(problem=sentence(forbidden[0]))
    asked = graph.asked_names() | {name for table in found.values() for name in table.asked_names()}
    return Compiled(graph, found, dict(definition.duties), asked)


def keep(definition: ProcessDefinition, compiled: Compiled) -> None:
    """See to it that the definition has its row; it is written on its first start."""
    known = (str(connection.settings_dict["NAME"]), definition.pk)
    if known in _committed:
        return
    process = Process(
        pk=definition.pk,
        key=definition.key or compiled.graph.key,
        name=compiled.graph.name[:120],
        bpmn=definition.bpmn,
        tables=[text for _name, text in _files(definition.tables)],
        duties=dict(definition.duties),
    )
    Process.objects.bulk_create([process], ignore_conflicts=True)
    # A start that is rolled back takes the row with it, so it is only counted on once it is committed.
    transaction.on_commit(lambda: _committed.add(known))


@receiver(post_migrate)
def _forget(**_details: Any) -> None:
    """A database that was emptied (flush, migrate) has lost the rows counted on."""
    _committed.clear()


@lru_cache(maxsize=256)
def _tables(documents: tuple[str, ...]) -> dict[str, DecisionTable]:
    found: dict[str, DecisionTable] = {}
    for text in documents:
        here, problems = dmnfile.read(text)
        if problems:
            raise BrokenDefinition(problem=sentence(replace(problems[0], file="dmn")))
        found |= here
    return found


def _ask(table: DecisionTable, data: Mapping[str, Any], on: date) -> RuleMatch:
    try:
        return tables.decide(table, data, on)
    except (tables.NothingFits, tables.SeveralFit) as error:
        raise NoRuleFits(table=table.name) from error
