"""What every form keeps that somebody fills in step by step."""

from typing import Any

from django.db import models

from tongban.infrastructure.crypto.fields import EncryptedJSON


class FilledForm(models.Model):
    """A form as far as it is filled in; a room's own model inherits it, and has a `uid` for what is encrypted.

    answers      question -> answer, encrypted
    sources      question -> where a prefilled answer came from, and when
    facts        what registers and identity said: source -> value, e.g. "register:population.birth_date"; stays beside
                 the answer where that is another
    confirmed    what whoever fills it in was asked to look at again and confirmed: check -> {"values", "text", "at"}
    step         where they go on
    revision     raised by every change somebody's answer may depend on; concurrent edits are refused
    """

    answers: Any = EncryptedJSON(default=dict)
    sources = models.JSONField(default=dict)
    facts: Any = EncryptedJSON(null=True)
    confirmed: Any = EncryptedJSON(null=True)
    step = models.CharField(max_length=60, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True
