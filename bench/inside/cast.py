"""Companies with an agent each, who is signed in and acts for them; drafts of theirs, ready to be handed in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.catalogue.demonstration import definition_folders
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.licences.demonstration import record_business_licence
from tongban.platform.parties import rules as numbers
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

SERVICE = "food-business"
FOLDER = next(folder for folder in definition_folders() if folder.name == SERVICE)
EXAMPLE: dict[str, Any] = json.loads((FOLDER / "examples.json").read_text())[0]
UPLOADS = {"floor-plan": FOLDER / "floor-plan-sample.pdf", "safety-rules": FOLDER / "safety-rules-sample.pdf"}
BATCH = 500


def company(number: int) -> tuple[Account, Party]:
    """Register a company, the person who may act for it, what the register knows of it, and its business licence."""
    id_number = f"990102{1950 + number // 1000 % 50}0315{number % 1000:03}"
    id_number += numbers.id_check(id_number)
    account = identity.open_account(actor=SYSTEM, login=f"bench-{number}", name=f"代办{number}", kind="person")
    agent = parties.register_person(
        actor=SYSTEM, name=account.name, id_number=id_number, account=account, phone="19900000000", area="990102"
    )
    code = f"91990102MA9{number:05}"
    code += numbers.organisation_check(code[8:])
    code += numbers.uscc_check(code)
    firm = parties.register_organisation(
        actor=SYSTEM, name=f"云泽市测算{number}号餐饮有限公司", uscc=code, area="990102"
    )
    parties.give_mandate(actor=SYSTEM, principal=firm, agent=agent, source="register")
    data = {
        "name": firm.name,
        "uscc": code,
        "legal_representative": agent.name,
        "address": "云泽市临湖区柳岸街15号",
        "registered_capital": "50万元",
        "established_on": "2026-01-05",
        "business_scope": "餐饮服务",
        "kind": "有限责任公司",
    }
    registers.put(actor=SYSTEM, register="enterprise", party=firm, data=data, as_of=clock.today(), source="法人库")
    record_business_licence(firm, data)
    return account, firm


def session(account: Account, chosen: Party | None = None) -> str:
    """Sign somebody in as a browser would be; return the key of the cookie."""
    store = SessionStore()
    store.begin(account, address="127.0.0.1", device="bench")
    if chosen:
        store["parties.chosen"] = chosen.pk
    store.save()
    return str(store.session_key)


def actor_for(account: Account, firm: Party) -> Actor:
    return parties.with_party(identity.actor_of(account), chosen=firm.pk)


def draft(account: Account, firm: Party) -> Case:
    """Fill in one application by the verbs of the house: all answers, one material fetched, two uploaded."""
    actor = actor_for(account, firm)
    case = cases.begin(actor=actor, service=SERVICE)
    case = cases.fill(actor=actor, case=case, answers=another_place(EXAMPLE["answers"]), revision=case.revision)
    cases.fetch(actor=actor, case=case, code="business-licence")
    for code, file in UPLOADS.items():
        cases.attach(actor=actor, case=case, code=code, file=upload(file))
    return case


def another_place(answers: dict[str, Any]) -> dict[str, Any]:
    """Return the answers for another place of business: for the same one a second application is refused."""
    return {**answers, "premises_address": f"云泽市临湖区柳岸街{ids.digits(9)}号"}


def copies(case: Case, count: int) -> Iterator[str]:
    """Copy a draft with its materials, each with documents of its own; yield the words in their URLs."""
    materials = list(Material.objects.of(case))
    while count > 0:
        size, now = min(count, BATCH), clock.now()
        count -= size
        with transaction.atomic():
            made = Case.objects.bulk_create(
                [_again(case, uid=ids.token(16), key=None, answers=another_place(case.answers)) for _ in range(size)]
            )
            papers = Document.objects.bulk_create(
                [_again(one.document, uid=ids.uid(), key=None) for _ in range(size) for one in materials]
            )
            Material.objects.bulk_create(
                [
                    Material(case=made[at // len(materials)], code=paper.kind_of_line, document=paper, added_at=now)
                    for at, paper in enumerate(_coded(papers, materials))
                ]
            )
        yield from (one.uid for one in made)


def officials(duty: str) -> list[Account]:
    return [account for account in Account.objects.all() if identity.actor_of(account).holds(duty)]


def department(key: str) -> Department:
    found: Department = Department.objects.get(key=key)
    return found


def upload(file: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile(file.name, file.read_bytes())


def _again(row: Any, **values: Any) -> Any:
    fields = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**{**fields, **values})


def _coded(papers: list[Any], materials: list[Material]) -> Iterator[Any]:
    for at, paper in enumerate(papers):
        paper.kind_of_line = materials[at % len(materials)].code
        yield paper
