"""What a version of a bundle asks, parsed once per process."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from tongban.applications.bundles.models import BundleVersion
from tongban.applications.bundles.rules import definitions, merging, papers
from tongban.applications.bundles.rules.definitions import PlannedItem
from tongban.applications.bundles.services import words
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.wording import worded
from tongban.platform.cases import services as cases
from tongban.platform.catalogue.models import Service, Version
from tongban.platform.eforms import services as eforms
from tongban.platform.workflow import services as workflow


class Applying(NamedTuple):
    """What the table says of one item in a situation."""

    item: PlannedItem
    applies: bool
    reason: str
    reason_english: str

    @property
    def why(self) -> str:
        return worded(self.reason, self.reason_english)


@dataclass(frozen=True)
class BundlePlan:
    """A version of a bundle, parsed.

    asked   the questionnaire; `form` is how it is asked in the reader's language
    table   which.dmn
    """

    guide: Mapping[str, Any]
    asked: eforms.Form
    table: str
    items: tuple[PlannedItem, ...]

    @property
    def form(self) -> eforms.Form:
        return self.asked.spoken()

    def item(self, key: str) -> PlannedItem:
        return next(item for item in self.items if item.key == key)

    def which(self, situation: Mapping[str, Any]) -> list[Applying]:
        """Say of every item whether it applies in this situation, and why. Raises NoRuleFits."""
        answers = self.asked.relevant(situation)
        return [_applying(item, workflow.decide_table(self.table, item.key, answers)) for item in self.items]

    @cached_property
    def limits(self) -> definitions.JointLimits:
        return definitions.limits(self.guide)

    @cached_property
    def elements(self) -> dict[str, dict[str, str]]:
        return definitions.elements(self.guide)

    @cached_property
    def presets(self) -> list[definitions.Preset]:
        return definitions.presets(self.guide)

    @cached_property
    def papers(self) -> dict[str, dict[str, str]]:
        return definitions.papers(self.guide)


def _applying(item: PlannedItem, said: Mapping[str, Any]) -> Applying:
    return Applying(item, bool(said["applies"]), str(said["reason"]), str(said.get("reason_en") or ""))


def of(version: BundleVersion) -> BundlePlan:
    """Return the plan of a version; the same content is parsed once per process."""
    return _plans.get(version.digest, lambda: parsed(version.content))


def parsed(content: Mapping[str, Any]) -> BundlePlan:
    guide = content["guide"]
    return BundlePlan(guide, eforms.load(content["form"]), str(content["table"]), definitions.items(guide))


def versions_of(planned: BundlePlan) -> dict[str, Version]:
    """Return the definitions in force of the services that are offered: item -> version."""
    wanted = [item.service for item in planned.items]
    found: dict[str, Version] = {}
    for service in Service.objects.begun().filter(code__in=wanted):
        if service.current is not None:
            service.current.service = service
            found[service.code] = service.current
    return {item.key: found[item.service] for item in planned.items if item.service in found}


def versions_for(planned: BundlePlan, keys: Collection[str]) -> dict[str, Version]:
    """Return the definitions in force of these items, in the order of the bundle; {} where one is not offered."""
    found = versions_of(planned)
    return {key: version for key, version in found.items() if key in keys} if set(keys) <= found.keys() else {}


@dataclass(frozen=True)
class Whole:
    """The merged form and list of chosen items.

    asked      the merged form; `form` is how it is asked in the reader's language
    names      item -> its question -> name in the merged form
    versions   item -> definition that is applied for
    lines      the merged list of materials
    registers  what checks of the services want to know from registers besides
    """

    asked: eforms.Form
    names: Mapping[str, Mapping[str, str]]
    versions: Mapping[str, Version]
    lines: Sequence[Mapping[str, Any]]
    registers: frozenset[str]

    @property
    def form(self) -> eforms.Form:
        return self.asked.spoken()

    def lines_for(self, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the lines that these answers call for."""
        kept = self.asked.relevant(answers)
        return [line for line in self.lines if "when" not in line or eforms.holds(line["when"], kept)]

    def answers_for(self, item: str, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return what one item is told of the answers."""
        return merging.answers_for(self.names[item], answers)

    def merged_name(self, item: str, path: str) -> str:
        """Return where a fault of an item's form stands in the merged one; "" where it asks no such question."""
        name, dot, rest = path.partition(".")
        return f"{self.names[item][name]}{dot}{rest}" if name in self.names[item] else ""


def whole(plan: BundlePlan, digest: str, chosen: Mapping[str, Version]) -> Whole:
    """Return the merged form and list of these items, made once per process and choice."""
    key = (digest, *((item, version.digest) for item, version in chosen.items()))
    return _wholes.get(key, lambda: merged(plan, chosen))


def merged_for(version: BundleVersion, chosen: Mapping[str, Version]) -> Whole:
    """Return the merged form and list of these items of a version."""
    return whole(of(version), version.digest, chosen)


def merged(plan: BundlePlan, chosen: Mapping[str, Version]) -> Whole:
    """Merge the forms and lists of these items. Raises BrokenForm."""
    forms = item_forms(plan, chosen)
    form = eforms.load(merging.merged(forms, plan.elements, words.common(plan.guide)))
    names = {item.key: merging.names_of(item, plan.elements) for item in forms}
    asked = [eforms.registers_asked(cases.plan_of(version).asked) for version in chosen.values()]
    return Whole(
        asked=form,
        names=names,
        versions=dict(chosen),
        lines=papers.merged_lines(item_lines(plan, chosen, names), plan.papers),
        registers=frozenset().union(*asked),
    )


def item_forms(plan: BundlePlan, chosen: Mapping[str, Version]) -> list[merging.ItemForm]:
    """Return the forms of these items as the rules merge them, in the order of the bundle."""
    keys = frozenset(chosen)
    return [
        merging.ItemForm(item.key, *_names(item, version.guide), version.form, item.fed(keys))
        for item in plan.items
        if (version := chosen.get(item.key))
    ]


def _names(item: PlannedItem, guide: Mapping[str, Any]) -> tuple[str, str]:
    """Return what an item is called beside the others, in Chinese and in English."""
    return item.name or str(guide["name"]), item.english or str(guide.get("english", ""))


def titles(plan: BundlePlan, chosen: Mapping[str, Version]) -> dict[str, str]:
    """Return what these items are called beside the others, in the reader's language."""
    return {key: worded(*_names(plan.item(key), version.guide)) for key, version in chosen.items()}


def item_lines(
    plan: BundlePlan, chosen: Mapping[str, Version], names: Mapping[str, Mapping[str, str]]
) -> list[papers.ItemLines]:
    """Return what these items ask for; what an earlier one of them brings is not asked for."""
    return [
        papers.ItemLines(
            item.key,
            version.service.code,
            _names(item, version.guide)[0],
            version.guide.get("material", []),
            names[item.key],
            _coming(plan, item.key, chosen),
            frozenset(code for code, earlier in item.brings.items() if earlier in chosen),
        )
        for item in plan.items
        if (version := chosen.get(item.key))
    ]


def _coming(plan: BundlePlan, key: str, chosen: Mapping[str, Version]) -> frozenset[str]:
    earlier: Iterable[str] = definitions.before(plan.items, key) & chosen.keys()
    kinds = [str(chosen[item].guide["result"].get("licence_kind", "")) for item in earlier]
    return frozenset(filter(None, kinds))


# By digest: they never change under it.
_plans: Memo[BundlePlan] = Memo(200)
# By digest of the bundle and of its services' definitions.
_wholes: Memo[Whole] = Memo(200)
