"""What the hall shows and finds: bundles and the zones of the day."""

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse

from tongban.applications.bundles.models import Bundle, Zone
from tongban.applications.bundles.services import plan
from tongban.infrastructure.kernel import clock, wording
from tongban.infrastructure.kernel.memo import Memo
from tongban.platform.catalogue.ports import Answer, StartOffer

MIN_SHARED = 2  # characters that a question and a name have in common


def offers() -> list[StartOffer]:
    """Return what the start page shows: zones first, which last only for some days; then bundles."""
    key = (clock.today(), wording.english())
    return _offers.get(key, _read)


def _read() -> list[StartOffer]:
    zones = [
        StartOffer("zone", zone.title, zone.announcement, reverse("hall:bundles:zone", args=[zone.uid]))
        for zone in Zone.objects.shown(clock.today())
    ]
    bundles = [
        StartOffer(
            "bundle",
            bundle.title,
            bundle.lead,
            reverse("hall:bundles:bundle", args=[bundle.code]),
            event=str(plan.of(bundle.current).guide.get("life_event", "")) if bundle.current else "",
        )
        for bundle in Bundle.objects.offered()
    ]
    return [*zones, *bundles]


def answers_to(asked: str) -> Iterator[Answer]:
    """Return the bundles and zones that answer a question in everyday words."""
    wanted = "".join(asked.casefold().split())
    for bundle in _bundles.get(wording.english(), lambda: list(Bundle.objects.offered())):
        if any(_answers(wanted, "".join(word.casefold().split())) for word in (bundle.name, *bundle.keywords)):
            yield Answer(bundle.title, reverse("hall:bundles:bundle", args=[bundle.code]))
    for offer in offers():
        if offer.kind == "zone" and _answers(wanted, "".join(offer.title.casefold().split())):
            yield Answer(offer.title, offer.url)


def _answers(asked: str, word: str) -> bool:
    """Say whether a word stands in a question, or nearly all of the question in it."""
    if len(word) < MIN_SHARED or len(asked) < MIN_SHARED:
        return False
    return word in asked or (asked in word and 2 * len(asked) > len(word))


def _seconds() -> float:
    return float(settings.BUNDLES_LOOK_SECONDS)


_offers: Memo[list[StartOffer]] = Memo(8, seconds=_seconds)
_bundles: Memo[list[Bundle]] = Memo(2, seconds=_seconds)
