"""From acceptance to the decision: opinions, visits, time, hearings, commitments."""

from django.utils.translation import gettext_lazy as _

from tongban.platform.cases import events, rules
from tongban.platform.cases.steps.shape import LegalStep, StepLetter, StepNotice

_VISIT = StepNotice(
    _("“%(service)s”: the inspector comes on %(when)s"),
    _("Please agree on the page of your case, or propose another time. Number %(number)s."),
    by_office=True,
)

DECIDING: dict[str, LegalStep] = {
    "opinion_given": LegalStep(
        allowed_in=frozenset({"accepted"}), event=events.OpinionGiven, words=_("%(title)s finished")
    ),
    "advice_asked": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.AdviceAsked,
        words=_("Advice asked of %(offices)s"),
        background=True,
    ),
    "advice_missing": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.AdviceMissing,
        words=_("%(offices)s did not answer in time, which counts as no objection"),
    ),
    "version_switched": LegalStep(
        allowed_in=frozenset({"submitted", "supplement", "accepted"}),
        event=events.CaseSwitched,
        words=_("Goes on by version %(after)s of the service instead of version %(before)s"),
        public=False,
    ),
    "recused": LegalStep(
        allowed_in=frozenset({"submitted", "supplement", "accepted"}),
        event=events.OfficialRecused,
        words=_("Keeps out of the case because of a conflict (%(title)s)"),
        public=False,
        background=True,
    ),
    "sent_back": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseSentBack,
        words=_("Returned to the step “%(title)s”, which is being done again"),
    ),
    "handed_over": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseHandedOver,
        words=_("“%(title)s” handed over to %(to)s"),
        public=False,
        background=True,
    ),
    "passed_on": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CasePassedOn,
        words=_("“%(title)s” passed on to %(to)s"),
        public=False,
        background=True,
    ),
    "office_succeeded": LegalStep(
        allowed_in=frozenset({"submitted", "supplement", "accepted", "granted", "refused"}),
        event=events.CaseOfficeSucceeded,
        words=_("%(former)s was dissolved; %(successor)s goes on with its part of the case"),
        notice=StepNotice(
            _("“%(service)s” is now handled by another office"),
            _(
                "%(former)s was dissolved. %(successor)s goes on with your case %(number)s; the time limits stay "
                "the same, and you need not do anything."
            ),
        ),
        background=True,
    ),
    "signer_added": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseSignerAdded,
        words=_("%(to)s asked to sign “%(title)s” as well"),
        public=False,
        background=True,
    ),
    "signer_taken_away": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseSignerTakenAway,
        words=_("%(to)s need not sign “%(title)s” any more"),
        public=False,
        background=True,
    ),
    "copy_sent": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseCopySent,
        words=_("Copy sent to %(to)s"),
        public=False,
        background=True,
    ),
    "step_skipped": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseStepSkipped,
        words=_("“%(title)s” passed: only %(name)s could do it, who did “%(before)s”"),
        public=False,
        background=True,
    ),
    "second_named": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseSecondOfficer,
        words=_("%(to)s named as the second officer of “%(title)s”"),
        public=False,
        background=True,
    ),
    "second_confirmed": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseSecondOfficer,
        words=_("%(to)s confirmed as the second officer of “%(title)s”"),
        public=False,
        background=True,
    ),
    "given_to_head": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.CaseTaskGivenToHead,
        words=_("Nobody else of %(office)s may do “%(title)s”, so it goes to the head"),
        public=False,
        background=True,
    ),
    "opinion_taken_back": LegalStep(
        allowed_in=frozenset({"accepted"}),
        event=events.OpinionTakenBack,
        words=_("“%(title)s” is being looked at once more"),
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
    "deemed_granted": LegalStep(
        allowed_in=frozenset({"accepted"}),
        leads_to="granted",
        outcome="granted",
        effect=rules.decide,
        event=events.CaseDecided,
        words=_("Nothing was decided by %(ended_on)s, so the licence counts as extended by law"),
        letter=StepLetter("deemed-extension", _("Notice of an extension by law"), "视延"),
        notice=StepNotice(
            _("“%(service)s”: your licence counts as extended"),
            _(
                "Nothing was decided by %(ended_on)s, its last day, so the law grants the extension. You will receive "
                "the new licence. Number %(number)s."
            ),
        ),
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
}
