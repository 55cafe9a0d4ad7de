"""The merged form of one application: what its items are told of it, and what is wrong with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongban.applications.bundles.models import BundleApplication, BundleItem, BundlePaper
from tongban.applications.bundles.rules import papers as paper_rules
from tongban.applications.bundles.services import plan
from tongban.platform.cases import services as cases
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.eforms import services as eforms

OF_ITEM = "."  # between the key of an item and the id of its check


@dataclass(frozen=True)
class JointChecklist:
    """What still stands between a draft and its submission; names are those of the merged form."""

    problems: Mapping[str, list[str]]
    missing: Sequence[Mapping[str, Any]]
    waiting: Sequence[eforms.Finding]

    @property
    def ready(self) -> bool:
        return not self.problems and not self.missing and not self.waiting

    @property
    def faults(self) -> dict[str, list[str]]:
        """Return everything by the name under which it is told: question, material:CODE, confirm:CHECK."""
        return {
            **self.problems,
            **{f"material:{line['code']}": [line["name"]] for line in self.missing},
            **{f"confirm:{finding.id}": [str(finding)] for finding in self.waiting},
        }


def of(application: BundleApplication, items: Sequence[BundleItem]) -> plan.Whole:
    """Return the merged form and list of an application."""
    version = application.version
    return plan.whole(plan.of(version), version.digest, {item.key: item.version for item in items})


def item_titles(application: BundleApplication, items: Sequence[BundleItem]) -> dict[str, str]:
    """Return what the items are called beside each other, in the reader's language."""
    return plan.titles(plan.of(application.version), {item.key: item.version for item in items})


def prepared(
    application: BundleApplication,
    whole: plan.Whole,
    item: BundleItem,
    papers: Mapping[str, Sequence[Document]],
    fed: Mapping[str, Any] | None = None,
) -> cases.PreparedApplication:
    """Return what one item hands in.

    papers   documents by the codes of the merged list
    fed      answers that results of earlier items give
    """
    asked = cases.plan_of(item.version)
    names = whole.names[item.key]
    told = whole.answers_for(item.key, whole.asked.relevant(application.answers))
    sources = {field: application.sources[name] for field, name in names.items() if name in application.sources}
    wanted = {*asked.asked.prefills().values(), *eforms.registers_asked(asked.asked)}
    facts = {source: value for source, value in (application.facts or {}).items() if source in wanted}
    return cases.PreparedApplication(
        version=item.version,
        applicant=application.applicant,
        filed_by=application.filed_by_id,
        answers={**told, **(fed or {})},
        sources={name: source for name, source in sources.items() if asked.asked.fields[name].prefill},
        facts=facts,
        confirmed=_confirmed(application, item.key),
        papers=_own_papers(application, item, papers),
    )


def _own_papers(
    application: BundleApplication, item: BundleItem, papers: Mapping[str, Sequence[Document]]
) -> dict[str, Sequence[Document]]:
    codes = {line["code"]: code_of(application, item, line["code"]) for line in item.version.guide.get("material", [])}
    return {own: papers[code] for own, code in codes.items() if papers.get(code)}


def code_of(application: BundleApplication, item: BundleItem, code: str) -> str:
    """Return under which code the merged list asks for a line of an item."""
    return paper_rules.code_of(item.key, code, plan.of(application.version).papers)


def _confirmed(application: BundleApplication, item: str) -> dict[str, Any]:
    begin = f"{item}{OF_ITEM}"
    said = application.confirmed or {}
    return {name.removeprefix(begin): word for name, word in said.items() if name.startswith(begin)}


def papers_of(application: BundleApplication) -> dict[str, list[Document]]:
    """Return the documents of an application by the codes of the merged list."""
    found: dict[str, list[Document]] = {}
    for paper in BundlePaper.objects.current_of(application):
        found.setdefault(paper.code, []).append(paper.document)
    return found


def findings(application: BundleApplication, items: Sequence[BundleItem]) -> list[eforms.Finding]:
    """Return what the checks of all items find, at the questions of the merged form."""
    whole, found = of(application, items), []
    for item in items:
        for finding in cases.findings_of(prepared(application, whole, item, {})):
            fields = tuple(name for field in finding.fields if (name := whole.merged_name(item.key, field)))
            if finding.fields and not fields:
                continue  # it is about what a result answers later
            path = whole.merged_name(item.key, finding.path) or (fields[0] if fields else "")
            found.append(replace(finding, id=f"{item.key}{OF_ITEM}{finding.id}", fields=fields, path=path))
    return found


def told_once(found: Sequence[eforms.Finding]) -> list[eforms.Finding]:
    """Return the findings as people read them: what several items find alike is said once."""
    said: dict[tuple[str, tuple[str, ...]], eforms.Finding] = {}
    for finding in found:
        said.setdefault((finding.text, finding.fields), finding)
    return list(said.values())


def alike(found: Sequence[eforms.Finding], checks: Collection[str]) -> set[str]:
    """Return these checks and those that found the same for another item."""
    said = {(finding.text, finding.fields) for finding in found if finding.id in checks}
    return {finding.id for finding in found if (finding.text, finding.fields) in said}


def checklist(application: BundleApplication, items: Sequence[BundleItem]) -> JointChecklist:
    """Say what is still wrong or missing."""
    whole = of(application, items)
    form, found = whole.form, told_once(findings(application, items))
    problems = dict(form.problems(application.answers))
    for path, texts in eforms.errors_of(found, form).items():
        problems.setdefault(path, []).extend(texts)
    there = BundlePaper.objects.codes_of(application)
    missing = documents.missing(whole.lines_for(application.answers), there)
    return JointChecklist(problems, missing, eforms.unconfirmed(found, form, application))
