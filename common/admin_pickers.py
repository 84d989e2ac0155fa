"""Fields in which a row is searched for while typing (选择框): what is no key at all chooses nothing."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.http import HttpRequest


class KeyPicker(AutocompleteSelect):
    """Django looks the chosen row up to show its name, and fails at what cannot be its key."""

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> Any:
        """The chosen row alone."""
        return super().optgroups(name, [each for each in value if not each or self._is_key(each)], attrs)

    def _is_key(self, value: str) -> bool:
        try:
            self.field.target_field.to_python(value)
        except ValidationError:
            return False
        return True


class Pickers:
    """Mixin of admin classes with ``autocomplete_fields``."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Give them a widget that fails at nothing."""
        page = cast("Any", self)
        if db_field.name in page.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeyPicker(db_field, page.admin_site))
        return cast("Any", super()).formfield_for_foreignkey(db_field, request, **kwargs)
