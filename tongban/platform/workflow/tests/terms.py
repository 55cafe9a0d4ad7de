"""What is left to be done: a term knows what may happen next, and what is left to be done afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field

Label = tuple[str, str]


@dataclass
class Done:
    """Nothing is left; value: what came out."""

    value: object = None


class Term:
    def labels(self) -> set[Label]:
        raise NotImplementedError

    def after(self, label: Label, outcome: str, aside: list) -> "Term | Done":
        raise NotImplementedError


@dataclass
class Act(Term):
    """Something is waited for."""

    label: Label

    def labels(self):
        return {self.label}

    def after(self, label, outcome, aside):
        return Done(outcome)


def bound(term, then):
    """Do `then` with what came out of a term, now or once it is done."""
    return then(term.value) if isinstance(term, Done) else Bound(term, then)


@dataclass
class Bound(Term):
    term: Term
    then: Callable

    def labels(self):
        return self.term.labels()

    def after(self, label, outcome, aside):
        return bound(self.term.after(label, outcome, aside), self.then)


@dataclass
class Together(Term):
    """All are under way; `enough` says of the values so far whether the others are not needed any more."""

    terms: list
    enough: Callable = lambda values: False

    def labels(self):
        return {label for term in self.terms if isinstance(term, Term) for label in term.labels()}

    def after(self, label, outcome, aside):
        terms = [
            term.after(label, outcome, aside) if isinstance(term, Term) and label in term.labels() else term
            for term in self.terms
        ]
        values = [term.value for term in terms if isinstance(term, Done)]
        if len(values) == len(terms) or self.enough(values):
            return Done(values)
        return Together(terms, self.enough)


@dataclass
class Limited(Term):
    """A timer ends it, and something else is done instead."""

    term: Term
    timer: Label
    instead: Callable

    def labels(self):
        return self.term.labels() | {self.timer}

    def after(self, label, outcome, aside):
        if label == self.timer:
            return self.instead()
        left = self.term.after(label, outcome, aside)
        return left if isinstance(left, Done) else Limited(left, self.timer, self.instead)


@dataclass
class Reminded(Term):
    """A timer begins something else, so often; what it belongs to goes on."""

    term: Term
    timer: Label
    other: Callable
    times: int

    def labels(self):
        return self.term.labels() | ({self.timer} if self.times else set())

    def after(self, label, outcome, aside):
        if label == self.timer:
            aside.append((self.timer[1], self.other))
            return Reminded(self.term, self.timer, self.other, self.times - 1)
        left = self.term.after(label, outcome, aside)
        return left if isinstance(left, Done) else Reminded(left, self.timer, self.other, self.times)


@dataclass
class Scope(Term):
    """What runs inside something, with what was begun beside it; done when all of it is."""

    main: Term | Done
    aside: dict = field(default_factory=dict)

    def labels(self):
        terms = [self.main, *self.aside.values()]
        return {label for term in terms if isinstance(term, Term) for label in term.labels()}

    def after(self, label, outcome, aside):
        begun: list = []
        main, others = self.main, dict(self.aside)
        if isinstance(main, Term) and label in main.labels():
            main = main.after(label, outcome, begun)
        else:
            place = next(place for place, term in others.items() if label in term.labels())
            others[place] = others[place].after(label, outcome, begun)
        for base, other in begun:
            number = next(n for n in range(1, 99) if f"{base}[{n}]" not in others)
            others[f"{base}[{number}]"] = scoped(other(f"{base}[{number}]"))
        return scoped(main, {place: term for place, term in others.items() if not isinstance(term, Done)})


def scoped(main, aside=None):
    if isinstance(main, Done) and (main.value == "raised" or not aside):
        return main
    return Scope(main, aside or {})


@dataclass
class First(Term):
    """What comes first decides."""

    options: set

    def labels(self):
        return set(self.options)

    def after(self, label, outcome, aside):
        return Done()


def inside(scope, key):
    return f"{scope}/{key}" if scope else key


def together(terms, enough=lambda values: False):
    values = [term.value for term in terms if isinstance(term, Done)]
    return Done(values) if len(values) == len(terms) else Together(terms, enough)


def limited(term, timer, instead):
    return term if isinstance(term, Done) else Limited(term, timer, instead)


def reminded(term, timer, other):
    return term if isinstance(term, Done) else Reminded(term, timer, other, 2)
