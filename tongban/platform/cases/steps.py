"""What can be done to a case: one row for each step of the law. Rules, letters, timeline and notices read it here.

How to add one: docs/recipes/add-a-step.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.cases import events, rules
from tongban.platform.deadlines.services import Calendar


@dataclass(frozen=True)
class StepLetter:
    """The letter that puts a step in writing.

    template   name of the house's letter
    title      what it is called; "" of a decision, which is called by the kind of its matter
    mark       the word in its number
    days_in    unit of the days it says; "" for the unit of the service's limits
    """

    template: str
    title: StrOrPromise
    mark: str
    days_in: str = ""


@dataclass(frozen=True)
class StepNotice:
    """What the applicant is told of a step.

    title, body   with %(name)s places: what `reactions.SAID` says, what the step's data hold, fields of the case
    names         place -> what stands there, where that is called otherwise
    by_office     only where an office took the step: nobody is told what they did themselves
    refused       what is said instead where the case was refused
    """

    title: StrOrPromise
    body: StrOrPromise
    names: Mapping[str, str] = field(default_factory=dict)
    by_office: bool = False
    refused: "StepNotice | None" = None


@dataclass(frozen=True, kw_only=True)
class LegalStep(rules.Move):
    """A step of the law, and what follows from it.

    event        the fact by which the house is told; its `case_id` names the case
    words        what the timeline says, with %(name)s places for what the step's data hold; "" of a decision
    is_decision  called by the kind of its matter: 准予许可, 予以确认
    duty         who may; "" where the applicant does it, the system, or whoever has the task
    public       the applicant sees it
    background   no answer depends on it, so whoever has the case on the screen may still give theirs
    """

    event: type
    words: StrOrPromise = ""
    is_decision: bool = False
    duty: str = ""
    letter: StepLetter | None = None
    notice: StepNotice | None = None
    public: bool = True
    background: bool = False


# Closed without a decision, or with its result on the way to the applicant.
_ENDED = rules.CLOSED | {"granted", "refused"}
_RECEIPT = StepLetter("receipt", _("Receipt for application materials"), "收")
_ACCEPTANCE = StepLetter("acceptance", _("Notice of acceptance"), "受")
_ACCEPTED = StepNotice(
    _("Your application “%(service)s” was accepted"),
    _("Number %(number)s. We promise a decision by %(due)s; the law allows until %(legal)s."),
    {"due": "promised_due_on", "legal": "statutory_due_on"},
)
_VISIT = StepNotice(
    _("“%(service)s”: the inspector comes on %(when)s"),
    _("Please agree on the page of your case, or propose another time. Number %(number)s."),
    by_office=True,
)

STEPS: dict[str, LegalStep] = {
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
    "opinion_given": LegalStep(
        allowed_in=frozenset({"accepted"}), event=events.OpinionGiven, words=_("%(title)s finished")
    ),
    "extended": LegalStep(
        allowed_in=frozenset({"accepted"}),
        effect=rules.extend,
        event=events.CaseExtended,
        words=_("The statutory time limit was extended to %(due_on)s"),
        duty="cases.approve",
        letter=StepLetter("extension", _("Notice of an extended time limit"), "延"),
        notice=StepNotice(
            _("The time limit of “%(service)s” was extended"),
            _("The statutory last day is now %(legal)s. The notice with the reason is in your case %(number)s."),
            {"legal": "due_on"},
        ),
    ),
    "visit_proposed": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.VisitProposed,
        words=_("Visit on site proposed for %(visit)s"),
        duty="cases.inspect",
        notice=_VISIT,
        background=True,
    ),
    "visit_agreed": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.VisitProposed,
        words=_("Visit on site agreed for %(visit)s"),
        notice=_VISIT,
        background=True,
    ),
    "visit_countered": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.VisitAnswered,
        words=_("The applicant proposed another time for the visit: %(visit)s"),
        background=True,
    ),
    "procedure_begun": LegalStep(
        allowed_in=frozenset({"accepted"}),
        effect=rules.pause,
        event=events.ProcedureBegun,
        words=_("%(procedure)s begun; the time limits are paused"),
        duty="cases.approve",
        letter=StepLetter("special-procedure", _("Notice of a special procedure"), "特", days_in="workday"),
        notice=StepNotice(
            _("“%(service)s”: %(procedure)s is needed"),
            _("It takes about %(limit)s, and the time limits are paused until then. Number %(number)s."),
        ),
    ),
    "procedure_ended": LegalStep(
        allowed_in=frozenset({"accepted"}),
        effect=rules.resume,
        event=events.ProcedureEnded,
        words=_("%(procedure)s finished; the time limits are running again"),
        duty="cases.approve",
        notice=StepNotice(
            _("“%(service)s”: the time limits are running again"),
            _(
                "%(procedure)s is finished. We promise a decision by %(due)s; the law allows until %(legal)s. "
                "Number %(number)s."
            ),
            {"due": "promised_due_on", "legal": "statutory_due_on"},
        ),
    ),
    "granted": LegalStep(
        allowed_in=frozenset({"accepted"}),
        leads_to="granted",
        outcome="granted",
        effect=rules.decide,
        event=events.CaseDecided,
        is_decision=True,
        duty="cases.approve",
        letter=StepLetter("grant", "", "准"),
    ),
    "refused": LegalStep(
        allowed_in=frozenset({"accepted"}),
        leads_to="refused",
        outcome="refused",
        effect=rules.decide,
        event=events.CaseDecided,
        is_decision=True,
        duty="cases.approve",
        letter=StepLetter("refusal", "", "不准"),
    ),
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
    "person_asked_for": LegalStep(
        allowed_in=frozenset({"completed"}),
        leads_to="accepted",
        effect=rules.reopen,
        event=events.PersonAskedFor,
        words=_("The applicant requested a decision by a person"),
        notice=StepNotice(
            _("“%(service)s”: a person is now deciding"),
            _("%(office)s will answer by %(due)s. What you were granted remains valid until then. Number %(number)s."),
            {"due": "promised_due_on"},
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
    "commitment_made": LegalStep(
        allowed_in=frozenset({"submitted"}),
        event=events.CommitmentMade,
        words=_("The applicant committed in writing to meeting the conditions; to be checked by %(due_on)s"),
        letter=StepLetter("commitment", _("Written commitment"), "承"),
    ),
    "commitment_kept": LegalStep(
        allowed_in=frozenset({"completed"}),
        event=events.CommitmentChecked,
        words=_("Checked afterwards: the commitment is kept"),
        duty="cases.review",
        background=True,
    ),
    "revoked": LegalStep(
        allowed_in=frozenset({"completed"}),
        leads_to="revoked",
        outcome="revoked",
        effect=rules.close,
        event=events.CommitmentChecked,
        words=_("Checked afterwards: the commitment was false, and the decision was revoked"),
        duty="cases.review",
        letter=StepLetter("revocation", _("Decision to revoke"), "撤"),
        notice=StepNotice(
            _("“%(service)s”: the decision and the licence were revoked"),
            _("The commitment was false. The reason, and how to object, are in your case %(number)s."),
        ),
    ),
    "hearing_offered": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.HearingOffered,
        words=_("Told of the right to a hearing, to be asked for by %(due_on)s"),
        duty="cases.approve",
        letter=StepLetter("hearing-rights", _("Notice of the right to a hearing"), "听告"),
        notice=StepNotice(
            _("“%(service)s”: you may ask for a hearing by %(due_on)s"),
            _("Before the decision you may be heard. The notice with the reason is in your case %(number)s."),
        ),
    ),
    "hearing_asked": LegalStep(
        allowed_in=frozenset({"accepted"}),
        effect=rules.pause,
        event=events.HearingAnswered,
        words=_("The applicant asked for a hearing; the time limits are paused"),
    ),
    "hearing_waived": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.HearingAnswered,
        words=_("The applicant does not want a hearing"),
    ),
    "hearing_called": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.HearingCalled,
        words=_("Hearing called for %(day)s, %(time)s, at %(where)s"),
        duty="cases.approve",
        letter=StepLetter("hearing", _("Invitation to a hearing"), "听通"),
        notice=StepNotice(
            _("“%(service)s”: the hearing is on %(day)s at %(time)s"),
            _("It takes place at %(where)s, chaired by %(host)s, and costs nothing. Number %(number)s."),
        ),
    ),
    "hearing_held": LegalStep(
        allowed_in=frozenset({"accepted"}),
        effect=rules.resume,
        event=events.HearingHeld,
        words=_("Hearing held on %(day)s; the time limits are running again"),
        duty="cases.approve",
        letter=StepLetter("hearing-record", _("Record of a hearing"), "听录"),
        notice=StepNotice(
            _("“%(service)s”: the record of the hearing is there"),
            _("The decision is made on the basis of it. You can read it in your case %(number)s."),
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
        event=events.CaseDeemedWithdrawn,
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


def is_allowed(kind: str, state: str) -> bool:
    """Say whether this step may happen to a case in that state."""
    return rules.allowed(STEPS[kind], state)


def project(done: Iterable[tuple[str, date]], limits: rules.Limits, calendar: Calendar) -> rules.CaseStatus:
    """Recompute where a case stands from the steps that were taken, oldest first."""
    return rules.project(((STEPS[kind], on) for kind, on in done), limits, calendar)
