"""What a room says about itself: Django's own AppConfig, with a title, duties, a menu and settings."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar, NamedTuple

from django.apps import AppConfig, apps
from django.conf import settings as django_settings
from django.utils.functional import Promise

StrOrPromise = str | Promise

# Files of a room that register something when they are imported.
LISTENING = ("supplies", "reactions", "schedule")
# The file of a room that only the worker imports: heavy libraries, and what stands on them.
WORKER = "worker"


class MenuEntry(NamedTuple):
    """One line of a portal's menu.

    url     name inside the portal, e.g. "workflow:todo" (the portal's own name is put before it)
    title   what the line says
    duty    who sees it; "" for everyone who is signed in, None for everyone
    note    what one does there, for the page where a working day begins
    badge   name of the number that pages show beside it, where they count one
    group   among which lines it stands: one of the portal's groups, else the last
    """

    url: str
    title: StrOrPromise
    duty: str | None = ""
    note: StrOrPromise = ""
    group: str = ""
    badge: str = ""


class Setting(NamedTuple):
    """One setting of a room.

    default   its value where the environment says nothing; what is read from there becomes the same type
    meaning   what it decides, for operators: plain English, with its unit
    """

    default: Any
    meaning: str


class Module(AppConfig):
    """A room of the house.

    title            what the room is called
    duties           name -> what it allows; a name starts with the room's label: "cases.decide"
    citywide_duties  those of them that know no department: held in one department, they are held in all
    joint_duties     those of them that nobody gives alone: a second person confirms
    menu             portal -> entries
    links            what other rooms call a page of this one -> its name; see `links`
    settings         name -> default and meaning; overridden by an environment variable of the same name
    worker_only      heavy libraries that `worker.py` alone leads to, so that no web process carries them
    """

    default_auto_field = "django.db.models.BigAutoField"
    title: ClassVar[StrOrPromise] = ""
    duties: ClassVar[Mapping[str, StrOrPromise]] = {}
    citywide_duties: ClassVar[frozenset[str]] = frozenset()
    joint_duties: ClassVar[frozenset[str]] = frozenset()
    menu: ClassVar[Mapping[str, Sequence[MenuEntry]]] = {}
    links: ClassVar[Mapping[str, str]] = {}
    settings: ClassVar[Mapping[str, Setting]] = {}
    worker_only: ClassVar[frozenset[str]] = frozenset()

    def ready(self) -> None:
        self.verbose_name = str(self.title) or self.label
        for name, setting in self.settings.items():
            if not hasattr(django_settings, name):
                setattr(django_settings, name, _from_environment(name, setting.default))
        for file in LISTENING:
            self.load(file)

    def load(self, file: str) -> None:
        """Import one of the room's files, where it is there."""
        if find_spec(f"{self.name}.{file}"):
            import_module(f"{self.name}.{file}")


@cache
def load_for_work() -> None:
    """Import what only the worker has. Whatever runs background work calls it, and no web process does."""
    for room in rooms():
        room.load(WORKER)


def rooms() -> list[Module]:
    """Return the rooms of the house, in the order of MODULES."""
    return [config for config in apps.get_app_configs() if isinstance(config, Module)]


@cache
def label_of(python_module: str) -> str:
    """Return the label of the room that a Python module belongs to, wherever that room's package lies.

    What belongs to no room, such as a test beside the rooms, goes by the name of its outermost package.
    """
    room = apps.get_containing_app_config(python_module)
    return room.label if room else python_module.partition(".")[0]


def duty_title(duty: str) -> StrOrPromise:
    """Return what a duty is called, "" where no room declares it."""
    return next((room.duties[duty] for room in rooms() if duty in room.duties), "")


def citywide_duties() -> frozenset[str]:
    """Return the duties of all rooms that know no department."""
    return frozenset().union(*(room.citywide_duties for room in rooms()))


def joint_duties() -> frozenset[str]:
    """Return the duties of all rooms that nobody gives alone."""
    return frozenset().union(*(room.joint_duties for room in rooms()))


def _from_environment(name: str, default: Any) -> Any:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if isinstance(default, bool):
        return raw.lower() in {"1", "true", "yes", "on"}
    return type(default)(raw)
