"""For all tests."""

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

from tongban import modules
from tongban.infrastructure.kernel.module import load_for_work
from tongban.infrastructure.ui import translations
from tongban.platform.seals import drawing

# The same examples on every machine, and no deadline: a busy machine is no fault of the code.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--reverse", action="store_true", help="run the tests backwards: none may lean on another")
    parser.addoption(
        "--asking",
        action="store_true",
        help="run only tests that ask the database, for it is another one; those told of several values with the first",
    )


def pytest_configure() -> None:
    """Compile the Chinese of the interface, as `make run` does; and draw a seal once, however many tests make it."""
    for folder in modules.folders(settings.MODULES, Path(__file__).parent / "tongban"):
        translations.compile_changed(folder)
    drawing.drawn = cache(drawing.drawn)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the tests of a room that was taken out of the house: they are part of it."""
    names = filter(None, os.environ.get("TONGBAN_WITHOUT", "").split(","))
    taken_out = (Path(__file__).parent / name.replace(".", "/") for name in names)
    return True if any(collection_path.is_relative_to(folder) for folder in taken_out) else None


def pytest_collection_finish() -> None:
    """What was loaded up to here stays to the end: the collector of garbage need not look at it again and again.

    Tests call verbs of the worker's as well.
    """
    load_for_work()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--asking"):
        first = {item.nodeid.partition("[")[0]: item for item in reversed(items)}.values()
        chosen = {item for item in first if _asks(item)}
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = [item for item in items if item in chosen]
    if config.getoption("--reverse"):
        items.reverse()


def _asks(item: pytest.Item) -> bool:
    asking = {"db", "transactional_db", "django_db_setup"}
    return item.get_closest_marker("django_db") is not None or not asking.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(autouse=True)
def _language_of_the_house() -> Iterator[None]:
    """Begin every test in the house's language, whatever language the last page of the test before was in."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
