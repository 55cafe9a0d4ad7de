from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.events import CorrectionOrdered, PenaltyMoved
from tongban.applications.inspection.models import CorrectionOrder, PenaltyCase, SupervisedEntity
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.payments.events import BillPaid
from tongban.platform.sensing.events import AlertRaised


@journal.on(CorrectionOrdered, atomic=False)
def write_correction(event: CorrectionOrdered) -> None:
    inspection.write_correction(order=CorrectionOrder.objects.with_names().get(pk=event.order))


@journal.on(PenaltyMoved, atomic=False)
def write_paper(event: PenaltyMoved) -> None:
    """Write the letter of a step, and issue or cancel the bill of a fine."""
    case = PenaltyCase.objects.with_names().get(pk=event.case)
    if event.step in inspection.LETTERS:
        inspection.write_paper(case=case, step=event.step)
    elif event.step == "serve":
        inspection.bill_fine(case=case)
    elif event.step == "annul":
        inspection.cancel_bills(case=case)


@journal.on(BillPaid)
def note_paid(event: BillPaid) -> None:
    number = Subject.parse(event.about).number("penalty-case")
    if number is not None:
        inspection.note_paid(case=PenaltyCase.objects.get(pk=number))


@journal.on(AlertRaised)
def raise_clue(event: AlertRaised) -> None:
    """A device that watches a supervised object reported something: a question to a human, nothing more."""
    for entity in SupervisedEntity.objects.sensed_by(event.thing).listed().with_names():
        key = f"{inspection.SENSING}:{event.alert_id}:{entity.pk}"
        words = f"{event.rule} {event.level} {'' if event.value is None else event.value}".strip()
        inspection.raise_from_sensing(entity=entity, alert=str(event.alert_id), words=words, key=key)
