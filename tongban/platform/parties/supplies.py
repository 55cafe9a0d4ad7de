"""How parties are called where a record names them by number."""

from tongban.infrastructure.kernel import subjects
from tongban.platform.parties.models import Party

subjects.register("party", Party.objects.names_of)
