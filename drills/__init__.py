"""Faults, played on real servers while readers read and write: `make drill`; docs/reliability.md has the promises."""

import os

import django

# Servers and forms of the tests are used again here, and they need the models; the drills themselves read and write by
# SQL and in processes of their own.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registan.settings")
django.setup()
