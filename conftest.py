"""For all tests."""

from pathlib import Path

import hypothesis
import pytest

from tongban.infrastructure.ui import words

# The same examples on every machine, and no deadline: a busy machine is no fault of the code.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--reverse", action="store_true", help="run the tests backwards: none may lean on another")


def pytest_configure() -> None:
    """Compile the Chinese of the interface, as `make run` does."""
    words.compile_all(Path(__file__).parent / "tongban")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--reverse"):
        items.reverse()
