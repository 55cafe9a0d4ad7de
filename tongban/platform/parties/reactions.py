"""What the journal may ask of parties: how those are called for whom somebody acted."""

from tongban.infrastructure.journal import ports as journal
from tongban.platform.parties.models import Party

journal.name_things("party", Party.objects.names_of)
