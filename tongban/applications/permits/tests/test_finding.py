"""What people ask most is answered by a service that can be applied for here, before any guide."""

import pytest

from tests.cast import definition
from tongban.city import services as city
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.demonstration import GUIDES

ASKED = {
    "给孩子上户口": "birth-registration",
    "出生证": "birth-certificate",
    "育儿补贴": "childcare-subsidy",
    "办执照": "business-licence",
    "消防检查": "fire-check",
    "刻公章": "seal-engraving-filing",
    "社保开户": "employer-insurance-registration",
    "领发票": "tax-invoice-first-issue",
    "退休": "retirement-pension",
    "退休取公积金": "provident-fund-withdrawal-retirement",
    "施工许可": "construction-permit",
    "联合验收": "joint-acceptance",
}


@pytest.mark.django_db
@pytest.mark.found("A8")
def test_what_people_ask_most_leads_to_a_service_first():
    city.load_data()
    city.found_demo_city()
    for code in ASKED.values():
        catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=definition(code)).version)
    catalogue.import_guides(actor=SYSTEM, folder=GUIDES)

    answered = {asked: catalogue.search(asked).results for asked in ASKED}

    assert {asked: found[0].service.code for asked, found in answered.items() if found} == ASKED
