"""What public safety supplies: kinds of work orders, and how its alarms are called on their pages."""

from collections.abc import Collection, Mapping
from pathlib import Path

from django.urls import reverse

from tongban.applications.safecity.models import SafetyAlarm
from tongban.infrastructure.kernel import subjects
from tongban.platform.workorders import ports as workorders

KINDS = Path(__file__).resolve().parent / "data" / "kinds.toml"


def describe(numbers: Collection[int]) -> dict[int, str]:
    return {alarm.pk: alarm.title for alarm in SafetyAlarm.objects.among(numbers)}


def order_subjects(numbers: Collection[int]) -> Mapping[int, workorders.OrderSubject]:
    return {
        alarm.pk: workorders.OrderSubject(alarm.title, reverse("desk:safecity:alarm", args=[alarm.uid]))
        for alarm in SafetyAlarm.objects.among(numbers)
    }


subjects.register("safetyalarm", describe)
workorders.KINDS.register("safecity", workorders.kinds_in(KINDS))
workorders.SUBJECTS.register("safetyalarm", order_subjects)
