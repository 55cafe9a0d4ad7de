"""Text fields of pages clean what was typed before they measure it."""

import pytest

from tongban.infrastructure.kernel import text
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, NotFound, Refusal
from tongban.infrastructure.ui import forms


class Reason(forms.Form):
    reason = forms.CharField(max_length=500, widget=forms.Textarea)


class Number(forms.Form):
    number = forms.CharField(cleaned=text.compact)
    email = forms.EmailField(required=False)
    password = forms.CharField(required=False, strip=False, widget=forms.PasswordInput)


@pytest.mark.found("F7")
def test_five_hundred_characters_in_twenty_lines_are_five_hundred():
    lines = ["租赁合同缺少出租人签名和身份证号码，请补签"[:24].ljust(24, "。")] * 20
    typed = "\r\n".join(lines)
    assert len(typed.replace("\r\n", "\n")) == 499

    form = Reason({"reason": typed})

    assert form.is_valid()
    assert form.cleaned_data["reason"] == "\n".join(lines)


@pytest.mark.found("F7")
def test_too_long_a_text_is_told_in_the_words_of_the_house():
    form = Reason({"reason": "字" * 519})

    assert form.errors["reason"] == ["最多可填写 500 个字，现有 519 个字。"]


@pytest.mark.found("F9")
def test_what_nobody_sees_is_gone_from_numbers_and_addresses_but_no_password_is_touched():
    form = Number({"number": "\u202d13900009999\u202c", "email": "a@b\u200b.example", "password": " \u200bgeheim "})

    assert form.is_valid()
    assert form.cleaned_data == {"number": "13900009999", "email": "a@b.example", "password": " \u200bgeheim "}


@pytest.mark.found("J-HTML")
@pytest.mark.parametrize(
    ("typed", "kind"), [("2026-03-05", "date"), ("", "date"), ("30 February", "text"), ("2026-02-30", "text")]
)
def test_what_is_no_day_is_shown_where_a_browser_can_show_it(typed, kind):
    class Asked(forms.Form):
        day = forms.DateField(required=False)

    shown = str(Asked({"day": typed})["day"])

    assert f'type="{kind}"' in shown
    assert shown.count("type=") == 1
    assert typed in shown


@pytest.mark.found("J-HTML")
def test_a_list_to_choose_from_has_no_length():
    class Asked(forms.Form):
        kind = forms.CharField(max_length=80, widget=forms.Select(choices=[("a", "A")]))
        words = forms.CharField(max_length=80)

    assert "maxlength" not in str(Asked()["kind"])
    assert 'maxlength="80"' in str(Asked()["words"])


class TooShort(Refusal):
    status, field = 422, "reason"
    message = "Say more."


def test_what_a_verb_refuses_stands_at_the_field_it_is_about():
    form = Reason({"reason": "…"})

    with forms.refusals_on(form):
        raise TooShort()

    assert form.errors == {"reason": ["Say more."]}


def test_what_is_about_no_field_stands_above_the_form():
    form = Reason({"reason": "…"})

    with forms.refusals_on(form):
        raise Invalid({"elsewhere": ["Not there."]})

    assert form.non_field_errors() == ["Not there."]


@pytest.mark.parametrize("kind", [NotAllowed, NotFound])
def test_who_may_not_or_finds_nothing_is_told_so_by_a_page_of_its_own(kind):
    with pytest.raises(kind), forms.refusals_on(Reason({"reason": "…"})):
        raise kind()
    with pytest.raises(kind), forms.refusals():
        raise kind()


def test_a_page_can_say_itself_what_was_refused():
    with forms.refusals(404) as refused:
        raise NotFound()
    with forms.refusals() as accepted:
        pass

    assert refused
    assert refused.errors == {"": [str(NotFound())]}
    assert not accepted
    assert (accepted.sentence, accepted.errors) == ("", {})
