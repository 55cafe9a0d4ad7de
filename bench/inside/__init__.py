"""Scripts that run with the settings of the house under measure; each prints JSON as its last line."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
django.setup()
