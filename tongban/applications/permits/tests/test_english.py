"""Every service can be applied for in English: nothing of its form, its name or its materials is left in Chinese."""

from pathlib import Path

import pytest
from django.utils import translation

from tongban.infrastructure.kernel import wording
from tongban.platform.catalogue.services import reading
from tongban.platform.eforms import services as eforms

FOLDERS = sorted(path for path in (Path(__file__).parent.parent / "definitions").iterdir() if path.is_dir())

pytestmark = pytest.mark.found("B3")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_question_can_be_read_in_english(folder):
    form = eforms.load(reading.read(folder).form)

    with translation.override("en"):
        assert [step.key for step in form.spoken().all_steps if step.in_chinese] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_names_and_summary_can_be_read_in_english(folder):
    guide = reading.read(folder).guide

    with translation.override("en"):
        told = wording.all_worded(guide)
        named = (guide, guide["result"], *guide["material"], *guide["stage"])
        assert [
            row["name"]
            for row in (told, told["result"], *told["material"], *told["stage"])
            if wording.in_chinese(row["name"])
        ] == []
    assert all(row["english"] != row["name"] for row in named)
    assert guide["summary_english"]
