"""What becomes of a decision afterwards: taken back by the office (撤销), or objected to (复议、诉讼)."""

from django.utils.translation import gettext_lazy as _

from tongban.platform.cases import events, rules
from tongban.platform.cases.steps.shape import LegalStep, StepLetter, StepNotice

# To what one can object, and what an order of a higher body can open again.
_DECIDED = frozenset({"completed", "not_accepted", "terminated", "revoked"})

AFTERWARDS: dict[str, LegalStep] = {
    "annulment_told": LegalStep(
        allowed_in=frozenset({"completed"}),
        event=events.AnnulmentTold,
        words=_("Told that the decision is to be revoked; statement by %(due_on)s"),
        duty="cases.approve",
        letter=StepLetter("annulment-notice", _("Notice of an intended revocation"), "撤告"),
        notice=StepNotice(
            _("“%(service)s”: the office intends to revoke its decision"),
            _("Say by %(due_on)s what speaks against it. The notice with the reason is in your case %(number)s."),
        ),
    ),
    "annulment_answered": LegalStep(
        allowed_in=frozenset({"completed"}),
        event=events.AnnulmentAnswered,
        words=_("Statement against the revocation"),
    ),
    "annulment_dropped": LegalStep(
        allowed_in=frozenset({"completed"}),
        event=events.AnnulmentDecided,
        words=_("The decision is not revoked"),
        duty="cases.approve",
        notice=StepNotice(
            _("“%(service)s”: the decision is not revoked"),
            _("What you were granted remains valid. The reason is in your case %(number)s."),
        ),
    ),
    "annulled": LegalStep(
        allowed_in=frozenset({"completed"}),
        leads_to="revoked",
        outcome="revoked",
        effect=rules.close,
        event=events.AnnulmentDecided,
        words=_("The decision was revoked"),
        duty="cases.approve",
        letter=StepLetter("annulment", _("Decision to revoke"), "撤"),
        notice=StepNotice(
            _("“%(service)s”: the decision was revoked"),
            _("What was issued with it is void. The reason, and how to object, are in your case %(number)s."),
        ),
    ),
    "objection_noted": LegalStep(
        allowed_in=_DECIDED,
        event=events.ObjectionNoted,
        words=_("Objection: %(file)s, %(authority)s"),
        duty="cases.approve",
        background=True,
    ),
    "objection_over": LegalStep(
        allowed_in=_DECIDED,
        event=events.ObjectionDecided,
        words=_("Result of %(file)s: the decision stands"),
        duty="cases.approve",
        notice=StepNotice(
            _("“%(service)s”: the objection is over, and the decision stands"),
            _("File %(file)s, %(authority)s. Number %(number)s."),
        ),
    ),
    "decision_struck": LegalStep(
        allowed_in=frozenset({"completed"}),
        leads_to="revoked",
        outcome="revoked",
        effect=rules.close,
        event=events.ObjectionDecided,
        words=_("Result of %(file)s: the decision was revoked"),
        duty="cases.approve",
        notice=StepNotice(
            _("“%(service)s”: the decision was revoked by %(authority)s"),
            _("What was issued with it is void. File %(file)s. Number %(number)s."),
        ),
    ),
    "decision_reopened": LegalStep(
        allowed_in=_DECIDED,
        leads_to="accepted",
        effect=rules.decide_anew,
        event=events.DecisionReopened,
        words=_("Result of %(file)s: to be decided anew by %(due_on)s"),
        duty="cases.approve",
        letter=StepLetter("reopening", _("Notice that a decision is made anew"), "重"),
        notice=StepNotice(
            _("“%(service)s”: a new decision is made by %(due_on)s"),
            _("%(authority)s ordered it, file %(file)s. You need not apply again. Number %(number)s."),
        ),
    ),
    "follow_up_opened": LegalStep(
        allowed_in=frozenset({"granted", "completed"}),
        event=events.FollowUpInspectionOpened,
        words=_("Follow-up inspection %(follow_up)s begun, until %(due_on)s"),
        background=True,
    ),
    "follow_up_kept": LegalStep(
        allowed_in=frozenset({"granted", "completed"}),
        event=events.FollowUpInspectionClosed,
        words=_("Follow-up inspection %(follow_up)s: the conditions are met"),
        duty="cases.review",
        background=True,
    ),
    "follow_up_broken": LegalStep(
        allowed_in=frozenset({"granted", "completed"}),
        event=events.FollowUpInspectionClosed,
        words=_("Follow-up inspection %(follow_up)s: the conditions are not met"),
        duty="cases.review",
        notice=StepNotice(
            _("“%(service)s”: an inspection found that conditions are not met"),
            _("The finding is in your case %(number)s. Before anything is revoked you are told and heard."),
        ),
    ),
    "application_published": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CasePublished,
        words=_("The application is published until %(last_on)s"),
        background=True,
    ),
    "decision_published": LegalStep(
        allowed_in=_DECIDED | {"granted", "refused"},
        event=events.CasePublished,
        words=_("The decision was published"),
        background=True,
    ),
    "concern_raised": LegalStep(
        allowed_in=_DECIDED | {"accepted", "granted", "refused"},
        event=events.ConcernRaised,
        words=_("Somebody concerned objected to what is published"),
        background=True,
    ),
    "concern_answered": LegalStep(
        allowed_in=_DECIDED | {"accepted", "granted", "refused"},
        event=events.ConcernAnswered,
        words=_("The objection of somebody concerned was answered"),
        duty="cases.approve",
        background=True,
    ),
    # Its day is the last one: the order of whoever decided about the objection sets it.
    "anew_limited": LegalStep(
        allowed_in=frozenset({"accepted"}),
        effect=rules.limit_anew,
        event=events.DecisionReopened,
        words=_("Last day for the new decision, as ordered"),
        public=False,
        background=True,
    ),
}
