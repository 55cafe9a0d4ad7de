"""The edition of the catalogue: what a process keeps in memory is good for one."""

from time import monotonic

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q

from tongban.infrastructure.kernel import ids


class _CachedMark:
    """What this process knows of the catalogue's edition, and until when it need not look again."""

    mark = ""
    until = 0.0


class EditionQuerySet(models.QuerySet["Edition"]):
    def current(self) -> str:
        """Return the mark of the catalogue's present edition; it changes with everything that people can see."""
        return self.filter(pk=1).values_list("mark", flat=True).first() or ""

    def cached(self) -> str:
        """Return the current mark as this process knows it: it looks at most once a second.

        Inside a transaction it always looks, because that may hold changes that nobody else sees.
        """
        if connection.in_atomic_block:
            return self.current()
        now = monotonic()
        if now >= _CachedMark.until:
            _CachedMark.mark, _CachedMark.until = self.current(), now + settings.CATALOGUE_LOOK_SECONDS
        return _CachedMark.mark

    def bump(self) -> None:
        """Begin a new edition, in the caller's transaction."""
        transaction.on_commit(_forget_mark)
        self.update_or_create(pk=1, defaults={"mark": ids.token()})


def _forget_mark() -> None:
    """Let the process that changed the catalogue see it at once."""
    _CachedMark.until = 0.0


class Edition(models.Model):
    """One row. What a process keeps in memory of the catalogue is good for one edition; marks never return."""

    mark = models.CharField(max_length=12)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="catalogue_edition_one_row")]

    def __str__(self) -> str:
        return self.mark
