"""The product's settings, with what a test run needs: its own folder, the database it is told, plain static files."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = tempfile.mkdtemp(prefix="tongban-tests-")
atexit.register(shutil.rmtree, FOLDER, True)
os.environ["TONGBAN_VAR"] = FOLDER
os.environ.setdefault("TONGBAN_DATABASE", f"sqlite:///{FOLDER}/tests.sqlite3")
os.environ["TONGBAN_PUBLIC_URL"] = "http://testserver"

from tongban.settings import *  # noqa: E402, F403

# Whoever only needs to sign in does not wait for the cost of a password; a test of its own looks at that cost.
PASSWORD_HASHERS = ["tests.hashers.Quick"]
JOURNAL_ANCHORS = ""  # a test's journal is gone with the test; those about anchors name a folder of their own
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
Path(FOLDER, "static").mkdir()
