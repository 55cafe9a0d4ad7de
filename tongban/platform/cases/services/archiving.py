"""A finished case as one archive package (归档信息包) that can be verified without this house."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal import evidence
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.cases.events import CasePackaged
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.cases.rules import packages
from tongban.platform.cases.rules.packages import FAILED, PASSED, UNSUITABLE, PackedFile, QualityFinding
from tongban.platform.cases.services import outcomes, plan, rebuilding
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.seals import services as seals

README = Path(__file__).resolve().parents[1] / "data" / "archive-readme.txt"
OWNER = "archive"
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "application/ofd": "ofd"}


class NotArchived(Refusal):
    message = _("This case is not archived yet: its package can be taken out once it is.")


class NoPackagePurpose(Refusal):
    status, field = 422, "purpose"
    message = _("Say what the archive package is needed for.")


@dataclass(frozen=True)
class ArchivePackage:
    """The package: a ZIP, what it is called, and the digest of its list of files."""

    name: str
    content: bytes
    digest: str
    findings: list[QualityFinding]

    @property
    def sound(self) -> bool:
        return not any(one.result == FAILED for one in self.findings)


def package(*, actor: Actor, case: Case, purpose: str) -> ArchivePackage:
    """Return an archived case as one package; the applicant reads who took it out, and what for.

    Reading and examining every paper takes seconds: call it outside a transaction.
    Raises NotAllowed, NotFound, NotArchived, NoPackagePurpose, storage.FileMissing.
    """
    actor.must_hold("cases.read", department=case.department_id, area=case.area)
    if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise identity.not_found(actor, "case", case.uid)
    if case.archived_on is None:
        raise NotArchived()
    if not purpose.strip():
        raise NoPackagePurpose()
    journal.seal()  # so that the newest facts are in a signed batch as well
    with translation.override(settings.LANGUAGE_CODE):
        made = _made(case)
    with transaction.atomic():
        journal.write_reading(
            CasePackaged(case.pk, str(case.number), made.digest, made.sound),
            by=actor,
            of=[case.applicant_id],
            office=identity.office_of(actor),
            subject=case.subject,
            reason=purpose.strip(),
        )
    return made


def _made(case: Case) -> ArchivePackage:
    papers, facts = list(_papers(case)), evidence.facts_about(case.subject)
    batches = evidence.batches(fact.batch for fact in facts if fact.batch)
    actions = [_action(one) for one in Action.objects.of(case)]
    data = _data(case)
    findings = [
        *_authentic(case, papers, facts, {one.number for one in batches}),
        *_complete(case, papers),
        *_usable(papers),
        *_safe(papers),
    ]
    key = crypto.key_for(OWNER, common_name=f"{settings.CRYPTO_ORGANISATION}电子档案封装")
    files = [
        PackedFile("README.txt", README.read_bytes(), media_type="text/plain"),
        PackedFile("data/case.json", packages.as_json(data)),
        PackedFile("data/case.xml", packages.as_xml("办件数据", data)),
        *papers,
        PackedFile("log/actions.json", packages.as_json(actions)),
        PackedFile("log/index.json", packages.as_json([_entry(fact) for fact in facts])),
        *(PackedFile(f"log/facts/{fact.number}.json", fact.text) for fact in facts),
        PackedFile("proof/batches.json", packages.as_json([_batch(one) for one in batches])),
        *(file for one in batches for file in _proof(one)),
        PackedFile("report/four-qualities.txt", packages.report(findings)),
        PackedFile("report/four-qualities.json", packages.as_json([vars(one) for one in findings])),
        PackedFile("signer.pem", key.certificate.encode()),
        PackedFile("authority.pem", "".join(crypto.chain(key)[-1:] or [crypto.authority()]).encode()),
    ]
    files.insert(1, PackedFile("metadata.xml", packages.as_xml("电子文件封装包", _described(case, papers, actions))))
    listed = packages.manifest(files)
    files += [
        PackedFile(packages.SHA256, listed),
        PackedFile(packages.SM3, packages.manifest_sm3(files)),
        PackedFile("manifest.sig", crypto.signed(key, listed)),
    ]
    return ArchivePackage(f"{case.number}.zip", packages.zipped(files), storage.digest_of(listed), findings)


def _papers(case: Case) -> Iterator[PackedFile]:
    """Yield every paper: materials, letters, licences, in the order of the archive record."""
    names = {line["code"]: line["name"] for line in plan.of(case.version).lines}
    found: list[tuple[str, str, str, Document]] = [
        ("material", names.get(one.code, one.document.label), "", one.document)
        for one in Material.objects.current_of(case)
    ]
    letters = Letter.objects.about(case.subject).select_related("document__blob")
    found += [("letter", one.title, one.number, one.document) for one in letters]
    licences = Licence.objects.of_subject(case.subject).select_related("document__blob")
    found += [("licence", one.kind_name, one.number, one.document) for one in licences if one.document]
    for place, (kind, title, number, document) in enumerate(found, 1):
        ending = ENDINGS.get(document.blob.media_type, "bin")
        path = f"documents/{place:02}-{kind}.{ending}"
        yield PackedFile(path, storage.read(document.blob), title, number, document.blob.media_type)


def _data(case: Case) -> dict[str, Any]:
    found = plan.of(case.version)
    days = ("received_on", "accepted_on", "promised_due_on", "statutory_due_on", "decided_on", "archived_on")
    return {
        "number": case.number,
        "service": {
            "code": case.version.service.code,
            "name": case.version.service.name,
            "version": case.version.number,
        },
        "department": case.department.name,
        "applicant": case.applicant_name,
        "state": case.state,
        "state_in_words": outcomes.state_of(case),
        "outcome": case.outcome,
        "submitted_at": case.submitted_at.isoformat() if case.submitted_at else None,
        **{day: getattr(case, day).isoformat() if getattr(case, day) else None for day in days},
        "fees": case.fees,
        "answers": [
            {"step": step, "label": label, "value": value}
            for step, rows in found.form.summary(case.answers)
            for label, value in rows
        ],
    }


def _action(action: Action) -> dict[str, Any]:
    said = {name: getattr(action, name) for name in ("kind", "actor", "department", "opinion", "note", "data")}
    return {"at": action.at.isoformat(), "on": action.on.isoformat(), **said}


def _entry(fact: evidence.FactEvidence) -> dict[str, Any]:
    title = str(journal.title_of(fact.name))
    return {"file": f"log/facts/{fact.number}.json", "title": title, "leaf": fact.leaf, "batch": fact.batch}


def _batch(batch: evidence.BatchEvidence) -> dict[str, Any]:
    return {"number": batch.number, "digest": batch.digest, "previous": batch.previous}


def _proof(batch: evidence.BatchEvidence) -> Iterator[PackedFile]:
    stem = f"proof/batch-{batch.number}"
    yield PackedFile(f"{stem}.bin", batch.content)
    yield PackedFile(f"{stem}.signed", batch.signed)
    yield PackedFile(f"{stem}.sig", batch.signature)
    yield PackedFile(f"{stem}.pem", batch.certificate.encode())


def _described(case: Case, papers: list[PackedFile], actions: list[dict[str, Any]]) -> Mapping[str, Any]:
    """Return the description by DA/T 46, in the shape of DA/T 48."""
    return {
        "封装包格式描述": "本封装包以 ZIP 打包，按 README.txt 所述方法可由通用工具核验",
        "封装包类型": "原始型",
        "封装包创建时间": timezone.localtime(clock.now()).isoformat(timespec="seconds"),
        "封装包创建单位": case.department.name,
        "封装内容": {
            "聚合层次": "件",
            "立档单位名称": case.department.name,
            "立档单位代码": case.department.uscc,
            "电子文件号": case.number,
            "题名": f"{case.applicant_name}办理{case.version.service.name}",
            "责任者": case.department.name,
            "日期": case.decided_on.isoformat() if case.decided_on else "",
            "归档日期": case.archived_on.isoformat() if case.archived_on else "",
            "文件组合类型": "组合文件",
            "件数": len(papers),
            "电子文件": [
                {
                    "序号": place,
                    "稿本名称": paper.title,
                    "文号": paper.number,
                    "计算机文件名": paper.path,
                    "格式": paper.media_type,
                    "计算机文件大小": len(paper.content),
                    "SHA-256": paper.sha256,
                    "SM3": packages.sm3(paper.content),
                }
                for place, paper in enumerate(papers, 1)
            ],
            "业务行为": [
                {"行为": one["kind"], "行为时间": one["at"], "机构": one["department"], "人员": one["actor"]}
                for one in actions
            ],
        },
    }


def _authentic(
    case: Case, papers: list[PackedFile], facts: list[evidence.FactEvidence], sealed: set[int]
) -> Iterator[QualityFinding]:
    archived = Action.objects.of(case).of_kinds(["archived"]).newest()
    recorded = {paper["digest"] for paper in archived.data["contents"]} if archived else set()
    odd = [paper.path for paper in papers if _is_unknown(paper, recorded)]
    yield _said("真实性", "固化信息：文件摘要与归档登记一致", not odd, "、".join(odd))
    unsound = [one.path for one in papers if "-material" not in one.path and not seals.examine(one.content).good]
    yield _said("真实性", "电子签章：制发的文书证照印章有效", not unsound, "、".join(unsound))
    loose = [str(fact.number) for fact in facts if not fact.genuine or fact.batch not in sealed]
    yield _said("真实性", "日志：每条均在已签名的批次中", not loose, "、".join(loose))
    yield _said("真实性", "办件数据与办理过程一致", not rebuilding.differences(case.pk))


def _is_unknown(paper: PackedFile, recorded: set[str]) -> bool:
    """Say whether a paper is not as the archive record lists it; letters may be later, the record itself among them."""
    return paper.sha256 not in recorded and "-letter" not in paper.path


def _complete(case: Case, papers: list[PackedFile]) -> Iterator[QualityFinding]:
    lines = plan.of(case.version).lines_for(case.answers)
    missing = [line["name"] for line in documents.missing(lines, Material.objects.codes_of(case))]
    yield _said("完整性", "应交材料齐全", not missing, "、".join(missing))
    issued = [paper for paper in papers if "-material" not in paper.path]
    yield _said("完整性", "办理结果文书齐全", bool(issued))
    said = [case.number, case.department.name, case.applicant_name, case.decided_on or case.archived_on]
    yield _said("完整性", "必备元数据齐全", all(said))


def _usable(papers: list[PackedFile]) -> Iterator[QualityFinding]:
    broken = [paper.path for paper in papers if paper.media_type in ENDINGS and storage.fault_of(paper.content)]
    yield _said("可用性", "文件均可打开，内容与格式相符", not broken, "、".join(broken))
    odd = [paper.path for paper in papers if paper.media_type not in ENDINGS]
    yield _said("可用性", "均为长期保存格式", not odd, "、".join(odd))


def _safe(papers: list[PackedFile]) -> Iterator[QualityFinding]:
    found = []
    for paper in papers:
        try:
            found += [f"{paper.path} {virus}"] if (virus := storage.virus_in(paper.content)) else []
        except storage.Unscanned:
            yield QualityFinding("安全性", "病毒检测", UNSUITABLE, "检测服务当前不可用")
            return
    yield _said("安全性", "病毒检测", not found, "、".join(found))


def _said(quality: str, item: str, good: bool, remark: str = "") -> QualityFinding:
    return QualityFinding(quality, item, PASSED if good else FAILED, remark)
