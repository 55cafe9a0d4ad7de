"""The journal writes down what rooms below it tell."""

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import facts

facts.set_recorder(journal.write)
