"""Whose codes a record is about, where it names them by number."""

from tongban.infrastructure.kernel import subjects
from tongban.platform.parties.models import Party

subjects.register("person-code", Party.objects.names_of)
