"""How a list is narrowed: what can be chosen, what was, and how each choice is dropped again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongban.infrastructure.database.paging import AFTER, BEFORE
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui.views import Request


class Dropped(NamedTuple):
    """A choice that was made, and the list without it."""

    word: str
    query: str


@dataclass(frozen=True)
class FilterChoice:
    """One way to narrow a list. options: value → word, without the one for all; first: the word for all."""

    name: str
    label: str
    first: str
    options: dict[str, str]
    chosen: str = ""

    @property
    def word(self) -> str:
        return self.options.get(self.chosen, self.first)


@dataclass(frozen=True)
class ListFilters:
    """What can be chosen above a list. asked: the address; text: what was searched for."""

    choices: Sequence[FilterChoice]
    asked: QueryDict
    text: str = ""

    @property
    def chosen(self) -> list[Dropped]:
        """What narrows the list, each with the list as it is without it; the order narrows nothing."""
        found = [
            Dropped(_("%(label)s: %(word)s") % {"label": choice.label, "word": choice.word}, self.without(choice.name))
            for choice in self.choices
            if choice.chosen and choice.name != "order"
        ]
        if self.text:
            found.append(Dropped(_("Searched for: %(text)s") % {"text": self.text}, self.without("q")))
        return found

    @property
    def values(self) -> dict[str, str]:
        """What narrows the list, for the record; what was searched for may be a name, and is none of its business."""
        return {choice.name: choice.chosen for choice in self.choices if choice.chosen}

    @property
    def query(self) -> str:
        return self.without()

    def without(self, *names: str) -> str:
        """Return the address of the first page without these choices."""
        kept = self.asked.copy()
        for name in (*names, AFTER, BEFORE):
            kept.pop(name, None)
        return kept.urlencode()


def choice(request: Request, name: str, label: str, first: str, options: Mapping[str, StrOrPromise]) -> FilterChoice:
    """Return a choice as it was made; what is none of the options is taken for all."""
    asked = request.GET.get(name, "")
    words = {value: str(word) for value, word in options.items()}
    return FilterChoice(name, label, first, words, asked if asked in options else "")
