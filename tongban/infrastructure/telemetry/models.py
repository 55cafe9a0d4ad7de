"""When each background process was last alive."""

from datetime import datetime
from typing import Self

from django.db import models


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def since(self, moment: datetime) -> Self:
        return self.filter(at__gte=moment)


class Heartbeat(models.Model):
    """The last sign of life of a kind of process, in the database so that it may run on another machine."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
