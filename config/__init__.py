"""Composition only: settings, URLs, Celery, WSGI, the embedded servers."""
