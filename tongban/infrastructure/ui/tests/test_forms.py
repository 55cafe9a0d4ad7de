"""Text fields of pages clean what was typed before they measure it."""

import pytest

from tongban.infrastructure.kernel import text
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
