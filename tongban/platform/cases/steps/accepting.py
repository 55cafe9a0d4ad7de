"""From the hand-in to acceptance: receipt, supplement, what may follow later."""

from django.utils.translation import gettext_lazy as _

from tongban.platform.cases import events, rules
from tongban.platform.cases.steps.shape import LegalStep, StepLetter, StepNotice

_RECEIPT = StepLetter("receipt", _("Receipt for application materials"), "收")
_ACCEPTANCE = StepLetter("acceptance", _("Notice of acceptance"), "受")
_ACCEPTED = StepNotice(
    _("Your application “%(service)s” was accepted"),
    _("Number %(number)s. We promise a decision by %(due)s; the law allows until %(legal)s."),
    {"due": "promised_due_on", "legal": "statutory_due_on"},
)

ACCEPTING: dict[str, LegalStep] = {
    "submitted": LegalStep(
        allowed_in=frozenset({"draft"}),
        leads_to="submitted",
        effect=rules.receive,
        event=events.CaseSubmitted,
        words=_("Application submitted"),
        letter=_RECEIPT,
        notice=StepNotice(
            _("We have received your application “%(service)s”"),
            _("Number %(number)s. You will hear from us by %(due)s at the latest."),
            {"due": "acceptance_due_on"},
        ),
    ),
    "supplement_requested": LegalStep(
        allowed_in=frozenset({"submitted"}),
        leads_to="supplement",
        effect=rules.ask_for_supplement,
        event=events.SupplementRequested,
        words=_("A supplement was requested, once for all points"),
        duty="cases.accept",
        letter=StepLetter("supplement-notice", _("Request for a supplement"), "补"),
        notice=StepNotice(
            _("Please supplement your application “%(service)s”"),
            _(
                "%(points)s points are missing; the one request lists all of them. Please submit them by %(due_on)s; "
                "after that the application is closed. Number %(number)s.\n%(list)s"
            ),
        ),
    ),
    "supplemented": LegalStep(
        allowed_in=frozenset({"supplement"}),
        leads_to="submitted",
        effect=rules.receive,
        event=events.CaseSupplemented,
        words=_("Supplement submitted"),
        letter=_RECEIPT,
    ),
    "reminded": LegalStep(
        allowed_in=frozenset({"supplement", "accepted"}),
        event=events.CaseReminded,
        words=_("A reminder was sent"),
        notice=StepNotice(
            _("“%(service)s”: please bring what is missing by %(due_on)s"),
            _("It has not come in yet. After that day the application is closed. Number %(number)s."),
        ),
        background=True,
    ),
    "lapsed": LegalStep(
        allowed_in=frozenset({"supplement"}),
        leads_to="lapsed",
        outcome="lapsed",
        effect=rules.close,
        event=events.CaseLapsed,
        words=_("Closed: the supplement was not submitted by %(due_on)s"),
        letter=StepLetter("supplement-overdue", _("Notice of closing for want of a supplement"), "补结"),
        notice=StepNotice(
            _("Your application “%(service)s” was closed"),
            _(
                "The supplement was not submitted by %(due_on)s. You can apply again at any time; your answers can be "
                "taken over. Number %(number)s."
            ),
        ),
    ),
    "accepted": LegalStep(
        allowed_in=frozenset({"submitted"}),
        leads_to="accepted",
        effect=rules.start,
        event=events.CaseAccepted,
        words=_("Application accepted; the time limits start now"),
        duty="cases.accept",
        letter=_ACCEPTANCE,
        notice=_ACCEPTED,
    ),
    "deemed_accepted": LegalStep(
        allowed_in=frozenset({"submitted"}),
        leads_to="accepted",
        effect=rules.start_from_receipt,
        event=events.CaseAccepted,
        words=_("There was no answer in time, so the application is deemed accepted by law"),
        letter=_ACCEPTANCE,
        notice=_ACCEPTED,
    ),
    "not_accepted": LegalStep(
        allowed_in=frozenset({"submitted", "supplement"}),
        leads_to="not_accepted",
        outcome="not_accepted",
        effect=rules.close,
        event=events.CaseNotAccepted,
        words=_("Application not accepted"),
        duty="cases.accept",
        letter=StepLetter("non-acceptance", _("Decision not to accept"), "不受"),
        notice=StepNotice(
            _("Your application “%(service)s” was not accepted"),
            _("The decision, with the reason and how to object to it, is in your case %(number)s."),
        ),
    ),
    "deferral_promised": LegalStep(
        allowed_in=frozenset({"submitted"}),
        event=events.DeferralPromised,
        words=_("Promised to bring after acceptance: %(named)s"),
        letter=StepLetter("deferral-promise", _("Promise to bring materials later"), "诺", days_in="workday"),
    ),
    "deferral_begun": LegalStep(
        allowed_in=frozenset({"accepted"}),
        effect=rules.await_materials,
        event=events.DeferralBegun,
        words=_("Still to be brought by %(due_on)s: %(named)s"),
        letter=StepLetter("deferral", _("Notice of acceptance with materials to follow"), "容"),
        notice=StepNotice(
            _("“%(service)s”: accepted; please bring what is missing by %(due_on)s"),
            _("Still missing: %(named)s. If it does not come, the application counts as withdrawn. Number %(number)s."),
        ),
    ),
    "deferral_ended": LegalStep(
        allowed_in=frozenset({"accepted"}),
        effect=rules.stop_waiting,
        event=events.DeferralEnded,
        words=_("Brought as promised: %(named)s"),
    ),
    "deemed_withdrawn": LegalStep(
        allowed_in=frozenset({"accepted"}),
        leads_to="withdrawn",
        outcome="withdrawn",
        effect=rules.close,
        event=events.CaseWithdrawn,
        words=_("What was promised did not come by %(due_on)s: the application counts as withdrawn"),
        letter=StepLetter("deemed-withdrawn", _("Notice of an application that counts as withdrawn"), "视撤"),
        notice=StepNotice(
            _("Your application “%(service)s” counts as withdrawn"),
            _(
                "%(named)s did not come by %(due_on)s, as promised. You can apply again at any time; your answers can "
                "be taken over. Number %(number)s."
            ),
        ),
    ),
}
