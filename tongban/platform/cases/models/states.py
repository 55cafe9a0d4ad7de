"""The states of a case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting to be accepted")
    SUPPLEMENT = "supplement", _("waiting for your supplement")
    ACCEPTED = "accepted", _("being handled")
    GRANTED = "granted", _("granted, the result is being made")
    REFUSED = "refused", _("refused, the decision is being written")
    COMPLETED = "completed", _("completed")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")


# Handed in, and its result not yet in the applicant's hands.
UNDER_WAY = ("submitted", "supplement", "accepted", "granted")
