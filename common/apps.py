"""公共."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """公共."""

    name = "common"
    verbose_name = "公共"
