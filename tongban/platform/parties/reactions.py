"""How parties are called where a record names them by number."""

from tongban.infrastructure.kernel import naming
from tongban.platform.parties.models import Party

naming.name_things("party", Party.objects.names_of)
