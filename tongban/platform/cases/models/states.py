"""The states of a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("awaiting acceptance")
    SUPPLEMENT = "supplement", _("awaiting your supplement")
    ACCEPTED = "accepted", _("under review")
    GRANTED = "granted", _("granted, the result is being prepared")
    REFUSED = "refused", _("refused, the decision is being drawn up")
    COMPLETED = "completed", _("completed")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("closed, the supplement was not submitted in time")
    TERMINATED = "terminated", _("terminated")
    REVOKED = "revoked", _("granted, and revoked afterwards")
    FORWARDED = "forwarded", _("forwarded to another office")


# Handed in, and its result not yet in the applicant's hands.
UNDER_WAY = ("submitted", "supplement", "accepted", "granted")
