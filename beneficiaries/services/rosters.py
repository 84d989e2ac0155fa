"""A roster from upload to effect and back (名单导入): upload, check, confirm, apply, undo, discard.

Doors call ``roster_upload``, ``roster_confirm``, ``roster_undo_ask``, ``roster_discard``, ``roster_resume``
and enqueue what the state asks for (``TASK_OF``); tasks call ``roster_check``, ``roster_apply`` and
``roster_undo``. Each of these is one transaction that looks at the state first: asked twice, it acts once.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.contrib.auth.models import User
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from beneficiaries.models import RosterImport, RosterRow
from beneficiaries.rosters.files import MOST_BYTES, RosterFileError
from beneficiaries.rosters.vocabulary import INSURED_BY, RIGHTS
from beneficiaries.selectors.rosters import counties_moved_from, later_roster, roster_sources_of
from beneficiaries.services.roster_applying import roster_write
from beneficiaries.services.roster_comparing import roster_compare
from beneficiaries.services.roster_staging import roster_stage
from beneficiaries.services.roster_undoing import roster_unwrite, what_stands_against_undoing
from common.clock import business_date
from common.encryption import encrypt_bytes
from common.jobs import JobError, job_create, job_is_alive, job_progress, job_work
from common.models import Job
from organizations.models import Region
from organizations.scope import Scope

State = RosterImport.State
# What a state waits for, by the task's name.
TASK_OF = {
    State.UPLOADED: "beneficiaries.check_roster",
    State.CONFIRMED: "beneficiaries.apply_roster",
    State.UNDOING: "beneficiaries.undo_roster",
}
# One roster is written at a time: two of them may name the same people.
WRITERS_LOCK = 0x524F5354
logger = logging.getLogger(__name__)


class RosterError(JobError):
    """A roster cannot be handled as asked: a stable code and a Chinese sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def roster_upload(
    *,
    scope: Scope,
    user: User,
    source: str,
    region: Region,
    roster_on: date,
    received_on: date,
    kind: str,
    categories: Sequence[str] = (),
    year: int | None = None,
    file_name: str,
    content: bytes,
) -> RosterImport:
    """Take a roster in (上传名单); it is kept encrypted until its rows are staged.

    A list of who is insured (参保名单) names a ``year`` and no categories, any other the contrary.

    Raises:
        RosterError: not this user's to import, or dates, categories or size are impossible.
    """
    _may_import(scope=scope, user=user, source=source, region=region)
    roster = RosterImport(
        source=source,
        region=region,
        roster_on=roster_on,
        received_on=received_on,
        kind=kind,
        categories=sorted(categories),
        year=year,
        uploaded_by=user,
    )
    _dates_check(roster)
    _contents_check(roster)
    if not content or len(content) > MOST_BYTES:
        raise RosterError("file_size", f"文件为空或超过{MOST_BYTES // 1024 // 1024}MB，请核对或分成几个文件")
    with transaction.atomic():
        roster.file_name, roster.file_encrypted = file_name[:200], encrypt_bytes(content)
        roster.file_sha256 = hashlib.sha256(content).hexdigest()
        roster.save()
        _job_for(roster, user, f"核对名单：{roster}")
    return roster


def roster_check(*, roster_id: int, job_id: int) -> None:
    """Stage and compare an uploaded roster (核对名单); begun again, it starts over."""
    with job_work(job_id=job_id), _without_values():
        roster = RosterImport.objects.select_related("region").get(pk=roster_id)
        if roster.state != State.UPLOADED:
            return
        try:
            roster_stage(
                roster=roster,
                on_progress=lambda done, total: job_progress(
                    job_id=job_id, message="逐行核对", done=done, total=total
                ),
            )
        except RosterFileError as error:
            RosterImport.objects.filter(pk=roster_id).update(
                state=State.REFUSED, message=str(error), file_encrypted=None
            )
            raise JobError(str(error)) from error
        job_progress(job_id=job_id, message="与现有记录比对", done=99, total=100)
        with transaction.atomic():
            _compared(_locked(roster_id))


def roster_confirm(*, roster_id: int, scope: Scope, user: User) -> RosterImport:
    """Confirm the differences (确认生效); a second confirmation finds nothing to confirm.

    Raises:
        RosterError: not this user's, not waiting for confirmation, or a later roster is in force.
    """
    with transaction.atomic():
        roster = _locked_at_once(roster_id)
        _may_import(scope=scope, user=user, source=roster.source, region=roster.region)
        if roster.state != State.COMPARED:
            raise RosterError("roster_not_waiting", f"名单{roster.get_state_display()}，不能确认")
        _later_check(roster)
        roster.state, roster.confirmed_by, roster.message = State.CONFIRMED, user, ""
        roster.movable_from = sorted(counties_moved_from(scope=scope, roster=roster))
        roster.save(update_fields=["state", "confirmed_by", "message", "movable_from"])
        _job_for(roster, user, f"写入名单：{roster}")
    return roster


def roster_apply(*, roster_id: int, job_id: int) -> None:
    """Apply a confirmed roster in one transaction (名单生效), or ask again where the records moved on."""
    with job_work(job_id=job_id), _without_values():
        job_progress(job_id=job_id, message="写入（全部完成后一次生效）", done=1, total=2)
        with transaction.atomic():
            roster = _locked(roster_id)
            if roster.state != State.CONFIRMED:
                return
            _writers_queue()
            confirmed = roster.digest
            _later_check(roster)
            _compared(roster)
            if roster.digest == confirmed:
                roster_write(roster=roster)
                roster.state, roster.applied_at = State.APPLIED, timezone.now()
            else:
                roster.confirmed_by = None
                roster.message = "比对以后人员记录有变化，已重新比对，请再次核对并确认"
            roster.save(update_fields=["state", "applied_at", "confirmed_by", "message"])
        if roster.state != State.APPLIED:
            raise JobError(roster.message)


def roster_undo_ask(*, roster_id: int, scope: Scope, user: User) -> RosterImport:
    """Ask for a roster to be taken back (撤销名单).

    Raises:
        RosterError: not this user's, not in force, or later facts depend on it.
    """
    with transaction.atomic():
        roster = _locked_at_once(roster_id)
        _may_import(scope=scope, user=user, source=roster.source, region=roster.region)
        _undo_check(roster, State.APPLIED)
        roster.state, roster.undone_by = State.UNDOING, user
        roster.save(update_fields=["state", "undone_by"])
        _job_for(roster, user, f"撤销名单：{roster}")
    return roster


def roster_undo(*, roster_id: int, job_id: int) -> None:
    """Take a roster back in one transaction, by counter-entries (撤销名单)."""
    with job_work(job_id=job_id), _without_values():
        job_progress(job_id=job_id, message="撤销（全部完成后一次生效）", done=1, total=2)
        refused = ""
        with transaction.atomic():
            roster = _locked(roster_id)
            if roster.state != State.UNDOING:
                return
            _writers_queue()
            try:
                _undo_check(roster, State.UNDOING)
            except RosterError as error:
                refused = str(error)
                roster.state, roster.undone_by, roster.message = State.APPLIED, None, refused[:300]
            else:
                roster_unwrite(roster=roster)
                roster.state, roster.undone_at = State.UNDONE, timezone.now()
            roster.save(update_fields=["state", "undone_by", "undone_at", "message"])
        if refused:
            raise JobError(refused)


def roster_discard(*, roster_id: int, scope: Scope, user: User) -> None:
    """Throw away a roster that is not in force, with its rows and its file (放弃名单).

    Raises:
        RosterError: not this user's, in force, or being worked on.
    """
    with transaction.atomic():
        roster = _locked_at_once(roster_id)
        _may_import(scope=scope, user=user, source=roster.source, region=roster.region)
        if roster.state not in (State.UPLOADED, State.COMPARED, State.CONFIRMED, State.REFUSED):
            raise RosterError("roster_not_open", f"名单{roster.get_state_display()}，不能放弃")
        _idle_check(roster)
        RosterRow.objects.filter(roster=roster).delete()
        roster.state, roster.file_encrypted, roster.confirmed_by = State.DISCARDED, None, None
        roster.save(update_fields=["state", "file_encrypted", "confirmed_by"])


def roster_resume(*, roster_id: int, scope: Scope, user: User) -> RosterImport:
    """Go on with a roster whose process was killed (继续处理).

    Raises:
        RosterError: not this user's, nothing to go on with, or a process is at it.
    """
    with transaction.atomic():
        roster = _locked_at_once(roster_id)
        _may_import(scope=scope, user=user, source=roster.source, region=roster.region)
        if roster.state not in TASK_OF:
            raise RosterError("roster_not_open", f"名单{roster.get_state_display()}，不需要继续")
        _idle_check(roster)
        _job_for(roster, user, f"继续处理名单：{roster}")
    return roster


def _may_import(*, scope: Scope, user: User, source: str, region: Region) -> None:
    """Deny by default: the department's own lists (R89), inside the own region."""
    if source not in roster_sources_of(user):
        raise RosterError("source_not_entitled", "只能处理本部门的名单（医保经办可代各部门录入）")
    if not scope.everything and region.pk not in scope.county_ids:
        raise RosterError("region_not_entitled", "只能处理本区划的名单")


def _dates_check(roster: RosterImport) -> None:
    if roster.region.level not in (Region.Level.COUNTY, Region.Level.PREFECTURE):
        raise RosterError("region_level", "名单须为县级或市级，请改选区划")
    if not roster.roster_on <= roster.received_on <= business_date():
        raise RosterError("dates_impossible", "日期须依次为：名单日期、收到日期、今天，请核对")
    _later_check(roster)


def _contents_check(roster: RosterImport) -> None:
    if roster.kind == RosterImport.Kind.INSURED:
        _insured_check(roster)
        return
    right = RIGHTS.get(roster.source)
    if right is None or not roster.categories or not right.categories.issuperset(roster.categories):
        clause = f"（{right.clause}）" if right is not None else ""
        raise RosterError("category_not_entitled", f"只能导入本部门认定的身份类别{clause}")


def _insured_check(roster: RosterImport) -> None:
    if roster.source != INSURED_BY:
        raise RosterError("source_not_entitled", "参保名单由医保经办导入")
    if roster.region.level != Region.Level.COUNTY:
        raise RosterError("region_level", "参保名单须为县级，市级的请按县分开")
    if roster.year not in (roster.roster_on.year, roster.roster_on.year + 1):
        raise RosterError(
            "year_impossible", "参保年度须为名单日期当年或下一年，请核对；往年的按当年底的名单导入"
        )


def _later_check(roster: RosterImport) -> None:
    later = later_roster(roster)
    if later is not None:
        raise RosterError("roster_out_of_date", f"{later.roster_on} 的名单已生效，不能再用更早的名单")


def _undo_check(roster: RosterImport, state: str) -> None:
    if roster.state != state or roster.applied_at is None:
        raise RosterError("roster_not_applied", f"名单{roster.get_state_display()}，不能撤销")
    newer = RosterImport.objects.filter(
        source=roster.source,
        region=roster.region,
        year=roster.year,
        state=State.APPLIED,
        applied_at__gt=roster.applied_at,
    ).last()
    if newer is not None:
        raise RosterError("roster_followed", f"其后 {newer.roster_on} 的名单已生效，请先撤销该名单")
    if reason := what_stands_against_undoing(roster=roster):
        raise RosterError("roster_depended_on", reason)


def _idle_check(roster: RosterImport) -> None:
    if roster.job is not None and job_is_alive(roster.job):
        raise RosterError("roster_busy", "后台正在处理该名单，请稍候")


def _compared(roster: RosterImport) -> None:
    comparison = roster_compare(roster=roster)
    roster.counts, roster.digest, roster.state = comparison.counts, comparison.digest, State.COMPARED
    # From here on the rows say everything.
    roster.file_encrypted = None
    roster.save(update_fields=["counts", "digest", "state", "file_encrypted"])


def _locked(roster_id: int) -> RosterImport:
    rows = RosterImport.objects.select_related("region", "job").select_for_update(of=("self",))
    return rows.get(pk=roster_id)


def _locked_at_once(roster_id: int) -> RosterImport:
    """For people: a task holds its roster while it writes, and nobody should wait for that at a page."""
    rows = RosterImport.objects.select_related("region", "job").select_for_update(of=("self",), nowait=True)
    try:
        return rows.get(pk=roster_id)
    except OperationalError as error:
        raise RosterError("roster_busy", "后台正在处理该名单，请稍候") from error


def _writers_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])


def _job_for(roster: RosterImport, user: User, title: str) -> Job:
    roster.job = job_create(title=title, owner=user)
    roster.save(update_fields=["job"])
    return roster.job


@contextmanager
def _without_values() -> Iterator[None]:
    """The database's messages quote rows: names and numbers must not get into a log."""
    try:
        yield
    except OperationalError:
        raise
    except DatabaseError as error:
        logger.error("roster: %s", type(error).__name__)
        raise JobError(
            "写入时与现有记录冲突，全部没有生效；请放弃后重新上传，仍不成功请联系系统管理员"
        ) from None
