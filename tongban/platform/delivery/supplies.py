"""What parcels supply to rooms below: what a parcel is called, and which carriers are connected."""

from collections.abc import Collection, Mapping
from functools import partial

from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Parcel


def _parcels(numbers: Collection[int]) -> Mapping[int, str]:
    return dict(Parcel.objects.filter(pk__in=numbers).values_list("pk", "number"))


subjects.register("parcel", _parcels)
for key in delivery.TITLES:
    telemetry.connection(
        key,
        delivery.TITLES[key],
        in_use=partial(delivery.described, key),
        check=partial(delivery.problems_of, key),
    )
