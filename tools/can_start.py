"""Loads all that Registan runs on, by the settings of this site and without its data: python tools/can_start.py.

What is wrong with the settings, or lacks a package, is said as at any start, and the exit code is not 0.
"""

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with tempfile.TemporaryDirectory() as folder:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registan.settings")
    os.environ["DATA_DIR"] = folder
    django.setup()
    for module in ("registan.urls", "registan.server", "registan.management.commands.worker"):
        import_module(module)
