"""The journal writes down what rooms below it tell."""

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import witness

witness.listen(journal.write)
