"""Kept views above a list (常用视图)."""

from typing import Any

from django import template
from django.http import QueryDict
from django.template import Context

from organizations.selectors.saved_views import saved_views

register = template.Library()


@register.inclusion_tag("organizations/saved_views.html", takes_context=True)
def saved_views_bar(context: Context) -> dict[str, Any]:
    """The views that the user may use; the one that is open is marked."""
    request, name = context["request"], context["list_name"]
    views: list[Any] = list(saved_views(user=request.user, list_name=name))
    shown = {key: values for key, values in request.GET.lists() if any(values)}
    for view in views:
        view.is_open = dict(QueryDict(view.parameters).lists()) == shown
        view.is_own = view.owner_id == request.user.pk
    shared: Any = context.flatten()
    return {**shared, "views": views}
