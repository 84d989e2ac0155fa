"""Views that somebody may use (常用视图)."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from organizations.models import SavedView, StaffMember


def saved_views(*, user: User, list_name: str) -> QuerySet[SavedView]:
    """One's own, and those shared where one works."""
    works = StaffMember.objects.filter(user=user)
    mine = (
        Q(owner=user)
        | Q(office__in=works.exclude(office=None).values("office"))
        | Q(hospital__in=works.exclude(hospital=None).values("hospital"))
    )
    return SavedView.objects.filter(mine, list_name=list_name).order_by("id")
