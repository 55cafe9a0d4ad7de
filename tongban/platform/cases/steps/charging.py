"""What a case costs: charged, paid, overdue, paid back."""

from django.utils.translation import gettext_lazy as _

from tongban.platform.cases import events, rules
from tongban.platform.cases.steps.shape import LegalStep, StepLetter, StepNotice

_CHARGED = frozenset({"accepted", "granted"})

CHARGING: dict[str, LegalStep] = {
    "fee_charged": LegalStep(
        allowed_in=_CHARGED,
        event=events.FeeCharged,
        words=_("Fee of %(amount)s to be paid by %(due_on)s"),
        letter=StepLetter("payment-notice", _("Payment notice"), "缴"),
        background=True,
    ),
    "fee_paid": LegalStep(
        allowed_in=_CHARGED,
        event=events.FeePaid,
        words=_("Fee of %(amount)s paid"),
        background=True,
    ),
    "fee_reminded": LegalStep(
        allowed_in=_CHARGED,
        event=events.FeeReminded,
        words=_("Reminded of the fee, to be paid by %(due_on)s"),
        notice=StepNotice(
            _("“%(service)s”: please pay the fee by %(due_on)s"),
            _("It has not been paid yet: %(amount)s. Until then the case cannot go on. Number %(number)s."),
        ),
        background=True,
    ),
    "fee_lapsed": LegalStep(
        allowed_in=frozenset({"accepted"}),
        leads_to="withdrawn",
        outcome="withdrawn",
        effect=rules.close,
        event=events.CaseWithdrawn,
        words=_("The fee was not paid by %(due_on)s: the application counts as withdrawn"),
        letter=StepLetter("fee-overdue", _("Notice of an application withdrawn for want of payment"), "缴撤"),
        notice=StepNotice(
            _("Your application “%(service)s” counts as withdrawn"),
            _("The fee was not paid by %(due_on)s. You can apply again at any time. Number %(number)s."),
        ),
    ),
    "fee_refunded": LegalStep(
        allowed_in=rules.CLOSED | {"submitted", "supplement", "accepted", "granted", "refused"},
        event=events.FeeRefunded,
        words=_("Fee of %(amount)s refunded"),
        background=True,
    ),
}
