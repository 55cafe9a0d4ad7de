"""A service names how sure the city must be of who applies; who is not there yet is led on and comes back."""

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cast import Cast, definition
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.assurance import services as assurance
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.catalogue import services as catalogue

BEGIN = "/cases/begin/food-business/"
STEP_UP = f"/assurance/step-up/?level=4&next={quote(BEGIN, safe='')}"


@pytest.fixture
def demanding(cast: Cast, tmp_path: Path) -> Cast:
    """The food business licence takes assurance of level 4."""
    folder = Path(shutil.copytree(definition("food-business"), tmp_path / "food-business"))
    guide = folder / "service.toml"
    guide.write_text(guide.read_text().replace("schema = 1\n", "schema = 1\nassurance = 4\n", 1))
    draft = catalogue.load(actor=SYSTEM, folder=folder)
    catalogue.publish(actor=SYSTEM, version=draft.version)
    return cast


def test_whose_identity_is_not_sure_enough_begins_nothing(demanding):
    with pytest.raises(assurance.TooLittleAssurance):
        cases.begin(actor=demanding.actor("agent"), service="food-business")

    assert not Case.objects.exists()


def test_the_page_leads_to_stepping_up_and_back(demanding):
    agent = demanding.browser("agent")
    assert agent.get(BEGIN).url == STEP_UP

    assurance.confirm_in_person(actor=SYSTEM, login=demanding.accounts["agent"].login, purpose="出示身份证原件")

    assert agent.get(STEP_UP).url == BEGIN
    assert agent.get(BEGIN).status_code == 200
