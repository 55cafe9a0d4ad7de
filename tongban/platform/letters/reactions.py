"""Each letter is there as OFD a moment after it was issued as PDF."""

from tongban.infrastructure.journal import services as journal
from tongban.platform.letters import services as letters
from tongban.platform.letters.events import LetterIssued
from tongban.platform.letters.models import Letter


@journal.on(LetterIssued, atomic=False)
def make_letter_ofd(event: LetterIssued) -> None:
    if letter := Letter.objects.numbered(event.number):
        letters.make_ofd(letter)
