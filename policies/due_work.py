"""What waits among policy packs (政策待办): drafts to review, reviewed packs to publish."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left

from organizations.due_work import Desk, DueWork
from organizations.models import Region
from policies.codes import PolicyStatus
from policies.models import Policy

PACKS = "admin:policies_policy_changelist"


def _packs(status: str) -> Callable[[Desk], QuerySet[Policy]]:
    def rows(desk: Desk) -> QuerySet[Policy]:
        found = Policy.objects.filter(status=status)
        if status == PolicyStatus.DRAFT:
            # Who drafted does not review.
            found = found.exclude(drafted_by=desk.user)
        if desk.scope.everything:
            return found
        # The first four digits of a county's code are its city's.
        own = Region.objects.filter(desk.scope.limit(county="pk", hospital="")).annotate(city=Left("code", 4))
        return found.alias(city=Left("city_code", 4)).filter(Exists(own.filter(city=OuterRef("city"))))

    return rows


DUE_WORK: tuple[DueWork, ...] = (
    DueWork(
        code="packs-draft", title="待复核的政策包", unit="份", permission="policies.review_policy",
        page=PACKS, query="status__exact=draft", rows=_packs(PolicyStatus.DRAFT),
    ),
    DueWork(
        code="packs-reviewed", title="待发布的政策包", unit="份", permission="policies.publish_policy",
        page=PACKS, query="status__exact=reviewed", rows=_packs(PolicyStatus.REVIEWED),
    ),
)  # fmt: skip
