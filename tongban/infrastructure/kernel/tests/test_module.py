"""What a room says about itself, and what the house knows of all of them."""

import pytest
from django.conf import settings
from django.core.management import call_command

from tongban.infrastructure.kernel import links, module
from tongban.infrastructure.kernel.module import Setting


class Room(module.Module):
    """A room that is nowhere declared."""

    name = "tongban.infrastructure.kernel"
    label = "pottery"
    title = "陶艺"
    settings = {
        "POTTERY_KILNS": Setting(3, "how many kilns"),
        "POTTERY_OPEN": Setting(False, "whether it is open"),
        "POTTERY_NAME": Setting("kiln", "what it is called"),
        "POTTERY_HEAT": Setting(1.5, "heat"),
    }


@pytest.fixture
def room(monkeypatch):
    for name in Room.settings:
        monkeypatch.delenv(name, raising=False)
    yield Room(Room.name, module)
    for name in Room.settings:
        if hasattr(settings, name):
            delattr(settings, name)


def test_a_setting_has_its_default_where_the_environment_says_nothing(room):
    room.ready()

    assert (settings.POTTERY_KILNS, settings.POTTERY_OPEN, settings.POTTERY_NAME) == (3, False, "kiln")


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("POTTERY_KILNS", "12", 12),
        ("POTTERY_KILNS", "-1", -1),
        ("POTTERY_HEAT", "2", 2.0),
        ("POTTERY_NAME", "", ""),
        ("POTTERY_NAME", "3", "3"),
        ("POTTERY_OPEN", "1", True),
        ("POTTERY_OPEN", "True", True),
        ("POTTERY_OPEN", "YES", True),
        ("POTTERY_OPEN", "on", True),
        ("POTTERY_OPEN", "0", False),
        ("POTTERY_OPEN", "false", False),
        ("POTTERY_OPEN", "", False),
        ("POTTERY_OPEN", "maybe", False),
    ],
)
def test_what_the_environment_says_becomes_the_type_of_the_default(room, monkeypatch, name, said, value):
    monkeypatch.setenv(name, said)
    room.ready()

    assert getattr(settings, name) == value
    assert type(getattr(settings, name)) is type(value)


def test_a_number_that_is_none_stops_the_start(room, monkeypatch):
    monkeypatch.setenv("POTTERY_KILNS", "a few")

    with pytest.raises(ValueError, match="a few"):
        room.ready()


def test_what_the_installation_has_set_already_is_not_overwritten(room, monkeypatch):
    monkeypatch.setenv("POTTERY_KILNS", "12")
    settings.POTTERY_KILNS = 40

    room.ready()

    assert settings.POTTERY_KILNS == 40


def test_a_room_is_called_by_its_title_or_by_its_label(room):
    room.ready()
    assert room.verbose_name == "陶艺"

    room.title = ""
    room.ready()
    assert room.verbose_name == "pottery"


def test_a_file_that_is_not_there_is_not_loaded(room):
    room.load("no_such_file")


def test_a_file_that_fails_stops_the_start(room, tmp_path, monkeypatch):
    (tmp_path / "broken_room").mkdir()
    for name, text in (("__init__", ""), ("reactions", "raise RuntimeError('broken')")):
        (tmp_path / "broken_room" / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    room.name = "broken_room"

    with pytest.raises(RuntimeError, match="broken"):
        room.ready()


def test_the_rooms_are_those_of_the_house_in_their_order():
    labels = [room.label for room in module.rooms()]

    assert labels.index("kernel") < labels.index("journal") < labels.index("cases") < labels.index("hall")
    assert "contenttypes" not in labels
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("python_module", "label"),
    [
        ("tongban.platform.cases.services.deciding", "cases"),
        ("tongban.platform.cases", "cases"),
        ("tongban.infrastructure.kernel.actors", "kernel"),
        ("tests.cast", "tests"),
        ("django.db", "django"),
    ],
)
def test_a_python_module_belongs_to_its_room(python_module, label):
    assert module.label_of(python_module) == label


def test_a_duty_has_the_title_of_the_room_that_declares_it():
    assert str(module.duty_title("cases.approve")) == "作出审批决定"
    assert module.duty_title("cases.fly") == ""
    assert module.duty_title("") == ""


def test_duties_that_nobody_gives_alone_and_those_without_a_department_are_declared():
    declared = {duty for room in module.rooms() for duty in room.duties}

    assert {"cases.approve", "identity.manage"} <= module.joint_duties() <= declared
    assert "places.manage" in module.citywide_duties()
    assert module.citywide_duties() <= declared


def test_a_page_of_another_room_is_found_by_what_that_room_calls_it():
    assert links.url_of("acting_for") == "/parties/acting-for/"
    assert links.url_of("no_such_page") == ""


def test_a_page_that_needs_a_word_in_its_address_is_not_found_without_it():
    assert links.url_of("apply", "food-business").endswith("/food-business/")
    assert links.url_of("apply") == ""


@pytest.mark.usefixtures("_two_of_one_name")
def test_two_rooms_do_not_call_a_page_of_theirs_the_same():
    with pytest.raises(ValueError, match="a link that another room has: acting_for"):
        links.url_of("acting_for")


@pytest.fixture
def _two_of_one_name(monkeypatch):
    rooms = {room.label: room for room in module.rooms()}
    monkeypatch.setattr(rooms["hall"], "links", {"acting_for": "hall:home"})
    links._pages.cache_clear()
    yield
    monkeypatch.undo()
    links._pages.cache_clear()


def test_settings_are_printed_with_default_and_meaning(capsys):
    call_command("settings")
    every = capsys.readouterr().out

    assert "CRYPTO_SIGNER=local\n    which signer holds the private keys" in every


def test_settings_are_found_by_parts_of_their_names_and_meanings(capsys):
    call_command("settings", "crypto", "REVOKED")

    (name, meaning) = capsys.readouterr().out.strip().splitlines()
    assert name == "CRYPTO_REVOCATION_LIST_DAYS=7"
    assert "revoked" in meaning
