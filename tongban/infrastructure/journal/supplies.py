"""The journal writes down what rooms below it tell, and says how much of it is not sealed yet."""

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import facts
from tongban.infrastructure.telemetry import services as telemetry

facts.set_recorder(journal.write)


@telemetry.gauge("tongban_journal_unsealed", "Facts that are not sealed yet")
def unsealed() -> int:
    return int(Fact.objects.unsealed().count())
