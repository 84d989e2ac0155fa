"""The embedded stack: PostgreSQL and Valkey from Python wheels, started and stopped by the project.

``python -m config.stack up | down | status | run -- COMMAND``. Importing this package starts nothing and
imports neither Django nor a database driver; the settings module takes its default addresses from here.
"""

from config.stack.urls import celery_url, embedded_urls, redis_py_url

__all__ = ["celery_url", "embedded_urls", "redis_py_url"]
