"""The mail by which the journal's newest anchor leaves this machine."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from tongban.infrastructure.journal.proving import Report
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.transport import services as transport


def text(report: Report) -> str:
    """Return what was found, in the city's language, with the checkpoint that `journal verify` takes."""
    with override(settings.LANGUAGE_CODE):
        found = (
            _("The nightly check found that the journal differs from what was sealed. Investigate it today: %(first)s")
            % {"first": report.problems[0]}
            if report.problems
            else _("The nightly check passed: the journal is as it was sealed.")
        )
        counted = _("Batches: %(batches)s. Facts: %(facts)s.") % {"batches": report.batches, "facts": report.facts}
        advice = _("Keep this e-mail. The journal can be checked later with the line below:")
    last = report.last
    line = f"manage.py journal verify --checkpoint {last.number}:{last.digest}" if last else ""
    return "\n\n".join([found, counted, *([advice, line] if line else [])])


def send(content: str) -> None:
    """Send it to whoever JOURNAL_ANCHOR_MAIL names. Raises what transport.send_mail raises."""
    today = clock.today().isoformat()
    with override(settings.LANGUAGE_CODE):
        subject = _("%(city)s: the journal on %(day)s") % {"city": settings.UI_CITY, "day": today}
    transport.send_mail(to=settings.JOURNAL_ANCHOR_MAIL, subject=subject, text=content, key=f"journal.anchor:{today}")
