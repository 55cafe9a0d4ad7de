"""A notice is read in the language of its reader; the letter by mail stays Chinese."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.wording import InChinese
from tongban.platform.notices import services as notices
from tongban.platform.notices.models import Notice

pytestmark = pytest.mark.found("B3")


def test_both_languages_are_said_with_their_own_words():
    texts = notices.in_both(_("Dear %(name)s,"), _("Continue here:"), {"name": translation.get_language})

    assert texts["title_english"] == "Dear en,"
    assert texts["title"].startswith("zh-hans")
    assert (texts["body"], texts["body_english"]) == ("请点击以下链接继续办理：", "Continue here:")


def test_a_reader_gets_the_notice_in_their_language():
    both = Notice(title="已受理", title_english="Accepted", body="请留意。", body_english="")

    with translation.override("en"):
        assert both.heading == "Accepted"
        assert isinstance(both.text, InChinese)
    with translation.override("zh-hans"):
        assert (both.heading, both.text) == ("已受理", "请留意。")
