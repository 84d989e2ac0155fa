"""``python -m config.demo``: what ``make run`` does once the servers are up."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import config.celery  # noqa: E402, F401 - tasks are enqueued through this application
from config.demo.run import main  # noqa: E402 - models exist only after setup

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
