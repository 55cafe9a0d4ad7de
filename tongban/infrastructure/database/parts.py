"""Tables that somebody sees in parts: said once, read together as a condition or one by one as a list."""

from typing import Self, TypeVar

from django.db.models import Model, Q, QuerySet

from tongban.infrastructure.kernel.actors import Actor, any_of

Row = TypeVar("Row", bound="Model")


class PartedQuerySet(QuerySet[Row, Row]):
    """Rows of a table whose `parts_seen_by` is all that says who sees what."""

    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Return what the actor sees, in parts that an index holds in order; [] for nothing."""
        raise NotImplementedError

    def visible_to(self, actor: Actor) -> Self:
        """Return what the actor sees, as a condition of one question."""
        return self.filter(any_of(self.parts_seen_by(actor)))

    def parts_for(self, actor: Actor) -> list[Self]:
        """Return the same as a list reads it: part by part, each from its own index."""
        return [self.filter(part) for part in self.parts_seen_by(actor)]
