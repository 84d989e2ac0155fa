#!/usr/bin/env python
"""Django's command line."""

import getpass
import os
import sys

from django.core.management import execute_from_command_line

from config.database import OWNER_COMMANDS, as_owner

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if OWNER_COMMANDS.intersection(sys.argv[1:2]):
        as_owner(os.environ)
    # Commands enqueue tasks too.
    import config.celery  # noqa: F401
    from common.audit.context import acting

    # ``migrate`` sets its own rules about what may stand in one statement.
    if OWNER_COMMANDS.intersection(sys.argv[1:2]):
        execute_from_command_line(sys.argv)
    else:
        with acting(command=" ".join(sys.argv[1:2]), system_user=getpass.getuser()):
            execute_from_command_line(sys.argv)
