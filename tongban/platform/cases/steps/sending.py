"""The file of a case moves to the office that handles it: by a window elsewhere, or the wrong office."""

from django.utils.translation import gettext_lazy as _

from tongban.platform.cases import events, rules
from tongban.platform.cases.steps.shape import LegalStep, StepLetter, StepNotice

SENDING: dict[str, LegalStep] = {
    "file_sent": LegalStep(
        allowed_in=frozenset({"submitted"}),
        effect=rules.expect_arrival,
        event=events.CaseSent,
        words=_("The window sent the file to %(to_office)s"),
        duty="cases.accept",
    ),
    "file_received": LegalStep(
        allowed_in=frozenset({"submitted"}),
        effect=rules.arrive,
        event=events.CaseSignedFor,
        words=_("%(to_office)s signed for the file from %(from_office)s"),
        duty="cases.accept",
        letter=StepLetter("file-receipt", _("Receipt for a file that was sent"), "移收"),
        notice=StepNotice(
            _("“%(service)s”: your application arrived at %(office)s"),
            _("Number %(number)s. You will hear from them by %(due)s at the latest."),
            {"due": "acceptance_due_on", "office": "office_then"},
        ),
    ),
    "transferred": LegalStep(
        allowed_in=frozenset({"submitted"}),
        effect=rules.expect_arrival,
        event=events.CaseTransferred,
        words=_("%(from_office)s transferred the case to %(to_office)s, which handles it"),
        duty="cases.accept",
        letter=StepLetter("transfer", _("Notice of transfer"), "移"),
        notice=StepNotice(
            _("Your application “%(service)s” was transferred to %(office)s"),
            _(
                "That office handles it; nothing is lost, and you need not apply again. The notice with the reason is "
                "in your case %(number)s."
            ),
            {"office": "office_then"},
        ),
    ),
}
