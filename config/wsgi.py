"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The Celery application must be the default one before a view enqueues a task.
import config.celery  # noqa: F401

application = get_wsgi_application()
