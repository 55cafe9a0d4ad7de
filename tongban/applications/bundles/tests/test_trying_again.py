"""An item that could not be handed in is tried once more, by the applicant or by whoever leads."""

import pytest

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication
from tongban.applications.bundles.tests.restaurant import ALONE
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound, Refusal
from tongban.platform.cases import services as cases
from tongban.platform.notices.models import Notice


class Away(Refusal):
    message = "The service is away for an hour."


@pytest.fixture
def stuck(shop, monkeypatch):
    """A whole that is settled although its food business could not be handed in."""
    application = shop.submitted(ALONE, by="citizen")
    real = cases.hand_in

    def hand_in(**what):
        if what["key"].endswith(":food"):
            raise Away()
        return real(**what)

    with monkeypatch.context() as while_away:
        while_away.setattr(cases, "hand_in", hand_in)
        for key in ("licence", "sign"):
            shop.decide(shop.case(application, key))
    return application


def test_it_is_handed_in_once_and_the_whole_goes_on_to_its_end(shop, stuck):
    assert shop.again(stuck).state == BundleApplication.State.FINISHED
    assert shop.items(stuck)["food"].note == "The service is away for an hour."

    for _twice in range(2):
        item = bundles.retry(actor=shop.actor("citizen"), uid=stuck.uid, key="food")

    assert (item.state, item.note) == ("started", "")
    assert shop.again(stuck).state == BundleApplication.State.RUNNING
    shop.decide(shop.case(stuck, "food"))
    assert shop.again(stuck).state == BundleApplication.State.FINISHED
    assert Notice.objects.filter(subject=stuck.subject, key__endswith=":finished").count() == 2


def test_where_it_still_cannot_be_handed_in_all_stays_with_the_new_reason(shop, stuck, monkeypatch):
    def hand_in(**_what):
        raise bundles.NotFinished()

    monkeypatch.setattr(cases, "hand_in", hand_in)

    item = bundles.retry(actor=shop.actor("lead"), uid=stuck.uid, key="food")

    assert item.state == "stuck"
    assert "不能统一送达结果" in item.note
    assert shop.again(stuck).state == BundleApplication.State.FINISHED


def test_only_who_applied_and_who_leads_try_it_and_only_what_is_stuck(shop, stuck):
    with pytest.raises(NotFound):
        bundles.retry(actor=shop.actor("stranger"), uid=stuck.uid, key="food")
    with pytest.raises(NotAllowed):
        bundles.retry(actor=shop.actor("other_lead"), uid=stuck.uid, key="food")
    with pytest.raises(bundles.NothingToTryAgain):
        bundles.retry(actor=shop.actor("lead"), uid=stuck.uid, key="nothing")


def test_its_button_stands_on_the_page_of_both(shop, stuck):
    for name, page in (("citizen", f"/bundles/mine/{stuck.uid}/"), ("lead", f"/desk/bundles/{stuck.uid}/")):
        assert "再次提交" in shop.cast.browser(name).get(page).content.decode()

    told = shop.cast.browser("lead").post(f"/desk/bundles/{stuck.uid}/retry/", {"item": "food"}, follow=True)

    assert "该事项已提交" in told.content.decode()
    assert "再次提交" not in told.content.decode()
