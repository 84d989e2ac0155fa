"""Rows that there are not (没有的记录): not found, where Django leads to the start page."""

from typing import Any, NoReturn

from django.http import Http404, HttpRequest


class NoSuchRow:
    """Mixin of admin classes: the page of a row that does not exist, or lies outside the scope, is a 404."""

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> NoReturn:
        raise Http404(f"没有这条{opts.verbose_name}。")
