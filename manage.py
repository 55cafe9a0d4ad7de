#!/usr/bin/env python3
"""Run one of the project's commands; `manage.py help` lists them."""

import os
import re
import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError

NO_TABLE = re.compile(r"no such table|relation \S+ does not exist")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
    sys.argv[1:2] = [re.sub(r"(?<=\w)-", "_", word) for word in sys.argv[1:2]]  # new-room is in new_room.py
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        if not NO_TABLE.search(str(error)):
            raise
        sys.exit("This installation has no tables yet, or those of an older release. Run: make setup")
