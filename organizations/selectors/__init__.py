"""Reads of organizations (查询)."""

from organizations.selectors.hospitals import ModelT, hospital_key_find, hospital_list

__all__ = ["ModelT", "hospital_key_find", "hospital_list"]
