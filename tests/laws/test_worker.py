"""Heavy libraries are loaded by the worker alone: no web process carries them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.laws.house import ROOT
from tongban.infrastructure.kernel.module import load_for_work, rooms

LOADED = "import json, sys, tongban.wsgi; print(json.dumps(sorted(sys.modules)))"


def declared() -> set[str]:
    return {library for room in rooms() for library in room.worker_only}


def carried(libraries: Iterable[str], loaded: Iterable[str]) -> set[str]:
    """Return what the worker alone should have: libraries that are loaded, and files of rooms for the worker."""
    loaded = set(loaded)
    files = {f"{room.name}.worker" for room in rooms()}
    return (set(libraries) & {module.partition(".")[0] for module in loaded}) | (files & loaded)


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> list[str]:
    """What a web process has loaded before its first request."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED],
        cwd=ROOT,
        env={
            **os.environ,
            "TONGBAN_VAR": str(tmp_path_factory.mktemp("var")),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(done.stdout))


def test_a_web_process_does_not_carry_what_only_the_worker_needs(web):
    assert "pyhanko" in declared()
    assert not carried(declared(), web)


def test_a_library_and_a_file_that_a_web_process_carries_are_seen(web):
    assert carried({"django"}, [*web, "tongban.platform.seals.worker"]) == {"django", "tongban.platform.seals.worker"}


def test_the_worker_has_all_that_is_declared():
    """So a library that is misspelt, or not used any more, is not declared for ever."""
    load_for_work()

    assert carried(declared(), sys.modules) >= declared()
