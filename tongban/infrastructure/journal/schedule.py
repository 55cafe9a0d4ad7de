from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import mailing
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock


@jobs.periodic(timedelta(seconds=10))
def seal_facts() -> None:
    journal.seal()


@jobs.periodic(timedelta(hours=1))
def plan_tonights_check() -> None:
    """Write the nightly check down as a job, once a night however many workers there are."""
    night = clock.today() + timedelta(days=1)
    due_at = timezone.make_aware(datetime.combine(night, time(settings.JOURNAL_CHECK_HOUR)))
    jobs.enqueue(check_chain, key=f"journal.check:{night}", due_at=due_at)


@jobs.task(atomic=False)
def check_chain() -> None:
    report = journal.check()
    if settings.JOURNAL_ANCHOR_MAIL:
        jobs.enqueue(mail_anchor, key=f"journal.mail:{clock.today()}", text=mailing.text(report))


@jobs.task(atomic=False)
def mail_anchor(text: str) -> None:
    """Send the operator what the journal is tonight: it leaves this machine."""
    mailing.send(text)
