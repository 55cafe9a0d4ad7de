"""Evidence beside the data: samples that were kept, and what a camera sees, looked at with a purpose."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.environment.events import SampleRetained, SampleTested, VideoOpened
from tongban.applications.environment.models import DeviceCommand, MonitoringPoint, RetainedSample
from tongban.applications.environment.services import tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal

READ, RESPOND = "environment.read", "environment.respond"


class NoCamera(Refusal):
    message = gettext_lazy("No camera looks at this point.")


class TestedAlready(Refusal):
    message = gettext_lazy("The result of this sample is recorded already, and stays.")


@transaction.atomic
def retain_sample(*, point: MonitoringPoint, qn: str, at: datetime, bottle: str) -> RetainedSample:
    """Note that a logger kept a sample, by itself or because it was told to. Twice is once."""
    command = DeviceCommand.objects.filter(point=point, qn=qn, cn="3015").first()
    occasion = RetainedSample.Occasion.ORDERED if command else RetainedSample.Occasion.EXCEEDED
    sample, created = RetainedSample.objects.get_or_create(
        point=point, taken_at=at, bottle=bottle[:20], defaults={"command": command, "occasion": occasion}
    )
    if created:
        told = SampleRetained(sample.pk, point.pk, str(occasion))
        journal.write(told, by=SYSTEM, subject=f"monitoringpoint:{point.pk}")
    return sample


@transaction.atomic
def record_result(*, actor: Actor, sample: RetainedSample, values: Mapping[str, Decimal]) -> RetainedSample:
    """Record what the laboratory found in a sample, code → value. Raises NotAllowed, TestedAlready, Invalid."""
    actor.must_hold(RESPOND, department=sample.point.department_id, area=sample.point.area)
    sample = RetainedSample.objects.select_for_update(of=("self",)).select_related("point").get(pk=sample.pk)
    if sample.result is not None:
        raise TestedAlready()
    if not values or any(tables.dialects().factor(code) is None for code in values):
        raise Invalid({"value": [_("Choose a factor of HJ 212 and give its value.")]})
    sample.result = {code: str(value) for code, value in values.items()}
    sample.tested_at, sample.tester = clock.now(), actor.name
    sample.save()
    journal.write(SampleTested(sample.pk), by=actor, subject=f"monitoringpoint:{sample.point_id}")
    return sample


@transaction.atomic
def open_video(*, actor: Actor, point: MonitoringPoint, purpose: str) -> str:
    """Return the reference of the camera at a point; the look and its purpose are on record.

    Raises NotAllowed, NoCamera, Invalid.
    """
    actor.must_hold(READ, department=point.department_id, area=point.area)
    if not point.video:
        raise NoCamera()
    if not purpose.strip():
        raise Invalid({"purpose": [_("Say what you look for.")]})
    journal.write(VideoOpened(point.pk), by=actor, subject=f"monitoringpoint:{point.pk}", reason=purpose.strip()[:200])
    return point.video
