"""What bundles supply to rooms below: names of their subjects, the whole of a case, answers and offers of the hall."""

from collections.abc import Collection, Mapping

from django.urls import reverse

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem
from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases import ports as cases
from tongban.platform.catalogue import ports as catalogue
from tongban.platform.registers import ports as registers

PAGES = {"hall": "hall:bundles:follow", "desk": "desk:bundles:whole"}


def describe_drafts(keys: Collection[str]) -> Mapping[str, registers.Matter]:
    """Say what "bundle-draft:…" is called on the page 谁看了我的数据."""
    found = BundleApplication.objects.with_related().in_bulk(list(keys), field_name="uid")
    return {
        uid: registers.Matter(one.version.bundle.name, reverse("hall:bundles:follow", args=[uid]))
        for uid, one in found.items()
    }


def whole_of(case: int, actor: Actor, portal: str) -> cases.JointApplication | None:
    """Say of which joint application a case is a part, with its page where whoever asks may see it."""
    item = BundleItem.objects.among_cases([case]).first()
    if item is None:
        return None
    application = item.application
    seen = portal in PAGES and BundleApplication.objects.visible_to(actor).filter(pk=application.pk).exists()
    url = reverse(PAGES[portal], args=[application.uid]) if seen else ""
    return cases.JointApplication(application.version.bundle.title, str(application.number), url)


registers.register("bundle-draft", describe_drafts)
subjects.register("bundle", BundleApplication.objects.numbers_of, BundleApplication.objects.pk_of)
cases.register_joins(whole_of)
catalogue.register(bundles.answers_to)
catalogue.register_offers(bundles.offers)
