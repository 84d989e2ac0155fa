"""机构与人员权限."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """机构与人员权限."""

    name = "organizations"
    verbose_name = "机构与人员权限"
