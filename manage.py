#!/usr/bin/env python
"""Registan's command line."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError


def main() -> None:
    """Run the command; a database that is not there, or not ready, is one sentence, unless --traceback is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registan.settings")
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError as error:
        from registan.database import command_fault  # it reads the settings

        fault = "" if "--traceback" in sys.argv else command_fault(error)
        if not fault:
            raise
        sys.exit(fault)


if __name__ == "__main__":
    main()
