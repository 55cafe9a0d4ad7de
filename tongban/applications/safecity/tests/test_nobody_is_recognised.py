"""The room recognises nobody: no table, form or endpoint has a field for a face, a plate, an implant or a picture."""

import importlib
import pkgutil
import re

import pytest
from django.apps import apps
from django.db.models import FileField
from django.forms import FileField as UploadField
from django.forms import Form
from django.test import Client
from ninja import Schema
from pydantic import ValidationError

from tongban.applications.safecity import pages, rest
from tongban.platform.documents.models import Document

# Words of recognising people, and of pictures of them, in any name of a field.
FORBIDDEN = re.compile(
    r"face|facial|biometr|fingerprint|iris|gait|plate|portrait|photo|picture|image|snapshot|feature|embedding|template"
    r"|vector|similar|match|score|implant|chip|watchlist|blacklist|recogni|person_name|id_number"
)
# The number by which an official finds the party of an order: asked of parties, with a purpose, and kept nowhere here.
LOOKED_UP = {("PositionOrderForm", "id_number")}


def forms():
    for found in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}."):
        for value in vars(importlib.import_module(found.name)).values():
            if isinstance(value, type) and issubclass(value, Form) and value.__module__.startswith(pages.__name__):
                yield value


def schemas():
    return [
        one for one in vars(rest).values() if isinstance(one, type) and issubclass(one, Schema) and one is not Schema
    ]


def names():
    for model in apps.get_app_config("safecity").get_models():
        yield from ((model.__name__, field.name) for field in model._meta.get_fields())
    for form in forms():
        yield from ((form.__name__, name) for name in form.base_fields)
    for schema in schemas():
        yield from ((schema.__name__, name) for name in schema.model_fields)


def test_there_is_no_field_for_recognising_anybody():
    found = set(names())
    assert len(found) > 150
    assert {one for one in found if FORBIDDEN.search(one[1])} == LOOKED_UP


def test_there_is_no_way_to_keep_a_picture():
    models = list(apps.get_app_config("safecity").get_models())
    columns = [field for model in models for field in model._meta.get_fields()]
    assert not [field for field in columns if isinstance(field, FileField) or field.related_model is Document]
    assert not [form for form in forms() for field in form.base_fields.values() if isinstance(field, UploadField)]


@pytest.mark.parametrize("field", ["face", "picture", "plate", "name", "score"])
def test_an_outside_system_cannot_send_one_either(field):
    given = {
        "source": "0b9ad5c2-8d53-4a6c-b7f0-000000000001",
        "key": "1",
        "title": "x",
        "at": "2026-08-03T12:00:00+08:00",
    }
    assert rest.OutsideAlarmIn(**given)
    with pytest.raises(ValidationError):
        rest.OutsideAlarmIn(**given, **{field: "x"})


def test_the_page_says_so(city):
    assert "本系统不识别任何人" in city.browser("lead").get("/desk/safecity/").content.decode()
    assert "摄像机不识别任何人" in Client(headers={"accept-language": "zh-Hans"}).get("/safecity/").content.decode()
