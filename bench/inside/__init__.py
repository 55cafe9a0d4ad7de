"""Scripts that run with the settings of the house under measure; each prints JSON as its last line."""

import os

import django

from tongban.infrastructure.kernel.module import load_for_work

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
django.setup()
load_for_work()  # they seal papers themselves, which is the worker's work at other times
