"""How a case ends and what comes after; and what happens to it from outside."""

from django.utils.translation import gettext_lazy as _

from tongban.platform.cases import events, rules
from tongban.platform.cases.steps.shape import LegalStep, StepLetter, StepNotice

# Closed without a decision, or with its result on the way to the applicant.
_ENDED = rules.CLOSED | {"granted", "refused"}

ENDING: dict[str, LegalStep] = {
    "completed": LegalStep(
        allowed_in=frozenset({"granted", "refused"}),
        leads_to="completed",
        event=events.CaseCompleted,
        words=_("Completed: the result was delivered"),
        notice=StepNotice(
            _("“%(service)s”: %(decision)s, your result is here"),
            _("Number %(number)s. You can see and download it now."),
            refused=StepNotice(
                _("“%(service)s”: %(decision)s"),
                _("Number %(number)s. The reason, and how and until when you can object, are in your case."),
            ),
        ),
    ),
    "withdrawn": LegalStep(
        allowed_in=frozenset({"submitted", "supplement", "accepted"}),
        leads_to="withdrawn",
        outcome="withdrawn",
        effect=rules.close,
        event=events.CaseWithdrawn,
        words=_("Withdrawn by the applicant"),
        # Whoever took it back: the agent, a clerk at the window, another system, or the applicant themself.
        notice=StepNotice(
            _("Your application “%(service)s” has been withdrawn"),
            _("%(who)s withdrew it. If you did not want this, contact %(office)s. Number %(number)s."),
        ),
    ),
    "terminated": LegalStep(
        allowed_in=frozenset({"submitted", "supplement", "accepted"}),
        leads_to="terminated",
        outcome="terminated",
        effect=rules.close,
        event=events.CaseTerminated,
        words=_("Terminated: there is nothing left to decide"),
        duty="cases.approve",
        letter=StepLetter("termination", _("Decision to terminate"), "终"),
        notice=StepNotice(
            _("Your application “%(service)s” was terminated"),
            _("The decision, with the reason and how to object to it, is in your case %(number)s."),
        ),
    ),
    "forwarded": LegalStep(
        allowed_in=frozenset({"accepted"}),
        leads_to="forwarded",
        outcome="forwarded",
        effect=rules.close,
        event=events.CaseForwarded,
        words=_("Forwarded to %(office)s, which decides"),
        duty="cases.approve",
        letter=StepLetter("forwarding", _("Notice of forwarding"), "报"),
        notice=StepNotice(
            _("Your application “%(service)s” was forwarded to %(office)s"),
            _("That office decides it and will contact you. The notice is in your case %(number)s."),
            {"office": "to_office"},
        ),
    ),
    "delivered": LegalStep(
        allowed_in=_ENDED,
        event=events.CaseDelivered,
        words=_("Result received by %(receiver)s"),
        letter=StepLetter("delivery", _("Proof of delivery"), "送"),
        background=True,
    ),
    "archived": LegalStep(
        allowed_in=rules.CLOSED,
        effect=rules.archive,
        event=events.CaseArchived,
        words=_("Archived"),
        letter=StepLetter("archive-record", _("Archive record"), "档"),
        public=False,
        background=True,
    ),
    "facts_renewed": LegalStep(
        allowed_in=frozenset({"submitted", "supplement", "accepted"}),
        event=events.FactsRenewed,
        words=_("A register was changed, and the application with it: %(labels)s"),
        notice=StepNotice(
            _("“%(service)s”: a register was changed, and your application with it"),
            _("Changed: %(labels)s. Number %(number)s. If that is wrong, request a correction under “My data”."),
        ),
    ),
    "promise_changed": LegalStep(
        allowed_in=frozenset({"submitted", "accepted"}),
        effect=rules.count_anew,
        event=events.CaseLimitsChanged,
        words=_("The time limits of the service were changed, and the last days with them"),
        notice=StepNotice(
            _("“%(service)s”: we now promise a decision by %(due)s"),
            _("The time limits of this service were changed. The law allows until %(legal)s. Number %(number)s."),
            {"due": "promised_due_on", "legal": "statutory_due_on"},
        ),
        background=True,
    ),
    "limits_changed": LegalStep(
        allowed_in=frozenset({"submitted", "supplement", "accepted"}),
        effect=rules.count_anew,
        event=events.CaseLimitsChanged,
        words=_("The time limits of the service were changed"),
        background=True,
    ),
    "calendar_changed": LegalStep(
        allowed_in=frozenset({"submitted", "accepted"}),
        effect=rules.count_anew,
        event=events.CaseDaysMoved,
        words=_("Last days recalculated after a notice about holidays"),
        notice=StepNotice(
            _("“%(service)s”: the last day is now %(due)s"),
            _("A new notice about holidays changed which days are working days. Number %(number)s."),
            {"due": "moved_to"},
        ),
        background=True,
    ),
}
