"""The embedded stack: PostgreSQL and Valkey from Python wheels, started and stopped by the project.

``python -m config.stack up | down | status | run -- COMMAND``. Importing this package starts nothing and
imports neither Django nor a database driver; the settings module takes its default addresses from here.
"""

from config.stack.urls import APP_ROLE, celery_url, embedded_urls, redis_py_url

__all__ = ["APP_ROLE", "celery_url", "embedded_urls", "redis_py_url"]
