"""Writes of organizations (办理)."""

from organizations.services.keys import hospital_key_issue

__all__ = ["hospital_key_issue"]
