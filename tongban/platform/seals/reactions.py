"""A dissolved department's seals are withdrawn, its successor has one of each kind; what people bring is examined."""

from tongban.infrastructure.journal import services as journal
from tongban.platform.documents.events import DocumentAttached
from tongban.platform.documents.models import Document
from tongban.platform.identity.events import DepartmentDissolved
from tongban.platform.identity.models import Department
from tongban.platform.seals import services as seals


@journal.on(DepartmentDissolved)
def withdraw_seals(event: DepartmentDissolved) -> None:
    seals.take_over(department=Department.objects.get(key=event.department))


@journal.on(DocumentAttached, atomic=False)
def judge_file(event: DocumentAttached) -> None:
    if document := Document.objects.named(event.uid):
        seals.judge(document)
