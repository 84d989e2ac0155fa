"""What waits among people (人员待办): rosters, certifications, follow-ups, registers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from beneficiaries.models import CertificationApplication, FollowUp, RegisterEntry, RosterImport
from beneficiaries.rosters.vocabulary import RIGHTS, SOURCES
from beneficiaries.selectors.registers import UNDONE
from beneficiaries.selectors.rosters import roster_in_time_since, roster_sources_of_office
from organizations.due_work import Desk, DueWork
from organizations.models import Office, Region

APPLICATIONS = "admin:beneficiaries_certificationapplication_changelist"
ROSTERS = "admin:beneficiaries_rosterimport_changelist"
FOLLOW_UPS = "admin:beneficiaries_followup_changelist"
RECORD = "beneficiaries.add_registerentry"
FOLLOW_UP_SOON = timedelta(days=14)

State = CertificationApplication.State
Rows = Callable[[Desk], QuerySet[Any]]


def _rosters(state: str) -> Rows:
    def rows(desk: Desk) -> QuerySet[RosterImport]:
        found = RosterImport.objects.filter(desk.scope.limit(county="region", hospital=""), state=state)
        return found.filter(source__in=_sources(desk))

    return rows


def _late_rosters(source: str) -> Rows:
    """Counties for which the source's newest roster in force is too old, or which never had one (R122)."""

    def rows(desk: Desk) -> QuerySet[Region]:
        counties = Region.objects.filter(
            desk.scope.limit(county="pk", hospital=""), level=Region.Level.COUNTY
        )
        if source not in _sources(desk):
            return counties.none()
        in_time = RosterImport.objects.filter(
            Q(region=OuterRef("pk")) | Q(region=OuterRef("parent")),
            source=source,
            state=RosterImport.State.APPLIED,
            roster_on__gte=roster_in_time_since(desk.today),
        )
        return counties.filter(~Exists(in_time))

    return rows


def _sources(desk: Desk) -> frozenset[str]:
    return SOURCES if desk.user.is_superuser else roster_sources_of_office(desk.office)


def _applications(state: str) -> Rows:
    def rows(desk: Desk) -> QuerySet[CertificationApplication]:
        within = desk.scope.limit(county="county", hospital="hospital")
        return CertificationApplication.objects.filter(within, state=state)

    return rows


def _to_decide(desk: Desk) -> QuerySet[CertificationApplication]:
    """Without those that the user checked or reviewed: somebody else decides them."""
    own = Q(checked_by=desk.user) | Q(reviewed_by=desk.user)
    return _applications(State.REVIEWED)(desk).exclude(own)


def _follow_ups(desk: Desk, *, since: date | None, until: date) -> QuerySet[FollowUp]:
    within = desk.scope.limit(county="contract__person__county", hospital="contract__hospital")
    rows = FollowUp.objects.filter(within, done_on=None, planned_on__lte=until)
    return rows.filter(planned_on__gte=since) if since else rows


def _follow_ups_overdue(desk: Desk) -> QuerySet[FollowUp]:
    return _follow_ups(desk, since=None, until=desk.today - timedelta(days=1))


def _follow_ups_soon(desk: Desk) -> QuerySet[FollowUp]:
    return _follow_ups(desk, since=desk.today, until=desk.today + FOLLOW_UP_SOON)


def entries_to_do(desk: Desk) -> QuerySet[RegisterEntry]:
    """Undone entries of the registers that the desk's office, or the hospital, keeps (R89)."""
    rows = RegisterEntry.objects.filter(
        desk.scope.limit(county="county", hospital="hospital"), state__in=UNDONE
    )
    if desk.user.is_superuser:
        return rows
    own = Q(kind__writer_kinds__contains=[desk.office]) if desk.office else Q(kind__hospitals_write=True)
    return rows.filter(own)


def _entries(desk: Desk) -> QuerySet[RegisterEntry]:
    """What the desk keeps; who only watches is shown what anybody of the counties keeps."""
    if not desk.user.has_perm(RECORD):
        within = desk.scope.limit(county="county", hospital="hospital")
        return RegisterEntry.objects.filter(within, state__in=UNDONE)
    return entries_to_do(desk)


def _certification(code: str, title: str, state: str, permission: str, rows: Rows | None = None) -> DueWork:
    return DueWork(
        code=f"certification-{code}", title=title, permission=f"beneficiaries.{permission}",
        page=APPLICATIONS, query=f"state__exact={state}", rows=rows or _applications(state),
    )  # fmt: skip


DUE_WORK: tuple[DueWork, ...] = (
    DueWork(
        code="roster-compared", title="待确认的名单", unit="份",
        permission="beneficiaries.confirm_rosterimport", page=ROSTERS, query="state__exact=compared",
        rows=_rosters(RosterImport.State.COMPARED),
    ),
    DueWork(
        code="roster-refused", title="文件有误、待重报的名单", unit="份",
        permission="beneficiaries.add_rosterimport", page=ROSTERS, query="state__exact=refused",
        rows=_rosters(RosterImport.State.REFUSED),
    ),
    *[
        DueWork(
            code=f"roster-late-{source}", title=f"{Office.Kind(source).label}名单逾期未报", unit="个县",
            permission="beneficiaries.add_rosterimport", page="admin:beneficiaries_roster_punctuality",
            rows=_late_rosters(source), overdue=True,
        )
        for source in RIGHTS
    ],
    _certification("papers", "待核对材料的鉴定申请", State.RECEIVED, "check_papers_certification"),
    _certification("missing", "待补材料的鉴定申请", State.PAPERS_MISSING, "check_papers_certification"),
    _certification("exam", "待体检的鉴定申请", State.CHECKED, "examine_certification"),
    _certification("review", "待审核的鉴定申请", State.EXAMINED, "review_certification"),
    _certification("decide", "待决定的鉴定申请", State.REVIEWED, "decide_certification", _to_decide),
    _certification("issue", "待发的就医证", State.APPROVED, "issue_certificate"),
    DueWork(
        code="follow-up-overdue", title="逾期未做的随访", unit="次",
        permission="beneficiaries.change_followup", page=FOLLOW_UPS, query="due=overdue",
        rows=_follow_ups_overdue, due="planned_on", overdue=True,
        watched_with="beneficiaries.view_followup",
    ),
    DueWork(
        code="follow-up-soon", title="14天内的随访", unit="次",
        permission="beneficiaries.change_followup", page=FOLLOW_UPS, query="due=soon",
        rows=_follow_ups_soon, due="planned_on",
    ),
    DueWork(
        code="register-entries", title="登记簿待办事项", permission=RECORD,
        page="admin:beneficiaries_registerentry_changelist", query="due=mine", rows=_entries, due="due_on",
        watched_with="beneficiaries.view_registerentry",
    ),
)  # fmt: skip
