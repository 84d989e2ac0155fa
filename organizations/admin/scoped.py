"""Keeps admin pages inside the user's scope (可见范围): lists, pages, searches and pickers alike."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from common.admin_lookup import LookupAdmin
from organizations.scope import NOTHING, Scope, scope_of_user


def scope_of(request: HttpRequest) -> Scope:
    """The scope of whoever asks."""
    return scope_of_user(request.user)


class ScopedLookupAdmin(LookupAdmin):
    """A look-up of rows that belong to counties or hospitals.

    ``scope_county`` and ``scope_hospital`` are the look-ups that lead there; an empty ``scope_hospital``
    hides the rows from hospitals.
    """

    scope_county: str
    scope_hospital: str = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only rows inside the scope."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(scope_of(request).limit(county=self.scope_county, hospital=self.scope_hospital))


class PublicLookupAdmin(LookupAdmin):
    """A look-up of what every office may read, such as policies; nobody without a place of work."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Everything, or nothing for an empty scope."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows if scope_of(request) != NOTHING else rows.none()


def within(request: HttpRequest, row: Model, *, county_id: int | None) -> bool:
    """Whether a row of ``county_id`` may be changed by the user: only inside the counties in scope."""
    scope = scope_of(request)
    return scope.everything or county_id in scope.county_ids
