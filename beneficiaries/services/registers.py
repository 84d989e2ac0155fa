"""Entries of registers (登记): recorded, changed, closed; each step is kept with what the entry then said."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction

from beneficiaries.models import RegisterAttachment, RegisterEntry, RegisterKind, RegisterStep
from beneficiaries.registers.fields import RegisterValuesError, checked, shown_values, specs_of
from beneficiaries.services.attachments import AttachmentError, clean_name, media_type_of
from common.clock import business_date
from common.working_days import add_working_days, calendar_overrides
from organizations.models import Office, Region


class RegisterError(Exception):
    """The entry does not allow this step now; the message is Chinese and says what to do."""

    code = "register_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What somebody entered; ``values`` by key of the register's fields, typed.

    ``due_on`` None: the register's own deadline, counted from ``happened_on``.
    """

    happened_on: date
    values: Mapping[str, Any]
    office: Office | None = None
    responsible: str = ""
    due_on: date | None = None


@transaction.atomic
def entry_record(*, kind: RegisterKind, county: Region, entered: Entered, by: User) -> RegisterEntry:
    """Enter something in a register (登记).

    Raises:
        RegisterValuesError: it does not fit the register's fields.
    """
    entry = RegisterEntry(
        kind=kind,
        county=county,
        state=RegisterEntry.State.OPEN if kind.tracked else RegisterEntry.State.ON_FILE,
        recorded_by=by,
    )
    _fill(entry, entered)
    entry.save()
    _step(entry, RegisterStep.Action.RECORDED, by=by)
    return entry


@transaction.atomic
def entry_change(*, entry: RegisterEntry, entered: Entered, note: str, by: User) -> RegisterEntry:
    """Correct an entry that is not closed (修改); the steps keep what it said before.

    Raises:
        RegisterError: it is closed, or no reason was given.
        RegisterValuesError: it does not fit the register's fields.
    """
    locked = _locked(entry)
    if locked.state == RegisterEntry.State.CLOSED:
        raise RegisterError("已办结的登记不能修改，请先重新办理。")
    _require(note, "请写明修改原因。")
    _fill(locked, entered)
    locked.save()
    _step(locked, RegisterStep.Action.CHANGED, by=by, note=note)
    return locked


@transaction.atomic
def entry_start(*, entry: RegisterEntry, note: str, by: User) -> RegisterEntry:
    """Begin to deal with an open entry (开始办理).

    Raises:
        RegisterError: it is not open.
    """
    locked = _locked(entry)
    if locked.state != RegisterEntry.State.OPEN:
        raise RegisterError(f"只有待办的登记可以开始办理，现为{locked.get_state_display()}。")
    locked.state = RegisterEntry.State.IN_PROGRESS
    locked.save(update_fields=["state"])
    _step(locked, RegisterStep.Action.STARTED, by=by, note=note)
    return locked


@transaction.atomic
def entry_close(*, entry: RegisterEntry, note: str, by: User) -> RegisterEntry:
    """Close an entry with what came of it (办结、对账销号; 在册的登记注销).

    Raises:
        RegisterError: it is closed already, or nothing was said.
    """
    locked = _locked(entry)
    if locked.state == RegisterEntry.State.CLOSED:
        raise RegisterError(f"该登记已于 {locked.closed_on} 办结，无需再办。")
    _require(note, "请写明办结情况。")
    locked.state = RegisterEntry.State.CLOSED
    locked.closed_on, locked.closed_by, locked.closing_note = business_date(), by, note.strip()[:500]
    locked.save(update_fields=["state", "closed_on", "closed_by", "closing_note"])
    _step(locked, RegisterStep.Action.CLOSED, by=by, note=note)
    return locked


@transaction.atomic
def entry_reopen(*, entry: RegisterEntry, note: str, by: User) -> RegisterEntry:
    """Take a closing back (重新办理).

    Raises:
        RegisterError: it is not closed, or no reason was given.
    """
    locked = _locked(entry)
    if locked.state != RegisterEntry.State.CLOSED:
        raise RegisterError("只有已办结的登记可以重新办理。")
    _require(note, "请写明重新办理的原因。")
    tracked = locked.kind.tracked
    locked.state = RegisterEntry.State.IN_PROGRESS if tracked else RegisterEntry.State.ON_FILE
    locked.closed_on, locked.closed_by, locked.closing_note = None, None, ""
    locked.save(update_fields=["state", "closed_on", "closed_by", "closing_note"])
    _step(locked, RegisterStep.Action.REOPENED, by=by, note=note)
    return locked


@transaction.atomic
def entry_attach(*, entry: RegisterEntry, name: str, content: bytes, by: User) -> RegisterAttachment:
    """Keep a file that proves an entry (上传附件).

    Raises:
        RegisterError: empty, too large, too many, or of a type that is not allowed.
    """
    locked = _locked(entry)
    clean = clean_name(name)
    try:
        media_type = media_type_of(name=clean, content=content, kept=locked.attachments.count())
    except AttachmentError as error:
        raise RegisterError(str(error)) from None
    attachment = RegisterAttachment(
        entry=locked,
        name=clean,
        size=len(content),
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
    )
    path = f"registers/{locked.pk}/{uuid4().hex}{PurePath(clean).suffix.lower()}"
    attachment.file.save(path, ContentFile(content), save=False)
    # A file without its row is unreachable; a row without its file must not be: the file comes first.
    attachment.save()
    _step(locked, RegisterStep.Action.ATTACHED, by=by, note=clean)
    return attachment


def _locked(entry: RegisterEntry) -> RegisterEntry:
    rows = RegisterEntry.objects.select_for_update(of=("self",)).select_related(
        "kind", "person", "hospital", "region", "office"
    )
    return rows.get(pk=entry.pk)


def _require(note: str, sentence: str) -> None:
    if not note.strip():
        raise RegisterError(sentence)


def _fill(entry: RegisterEntry, entered: Entered) -> None:
    if entered.happened_on > business_date():
        raise RegisterValuesError({"happened_on": f"日期不能晚于今天（{business_date()}）。"})
    content = checked(specs_of(entry.kind), entered.values)
    entry.values, entry.summary = content.values, content.summary
    for name, value in content.columns.items():
        setattr(entry, name, value)
    entry.happened_on = entered.happened_on
    entry.office, entry.responsible = entered.office, entered.responsible.strip()
    entry.due_on = entered.due_on or default_due_on(entry.kind, entered.happened_on)
    if entry.due_on is not None and entry.due_on < entry.happened_on:
        raise RegisterValuesError({"due_on": "办理期限不能早于日期。"})


def default_due_on(kind: RegisterKind, since: date) -> date | None:
    """The register's own deadline for a matter of a day."""
    if kind.deadline_days is None:
        return None
    if kind.deadline_in_working_days:
        return add_working_days(since, kind.deadline_days, calendar_overrides())
    return since + timedelta(days=kind.deadline_days)


def _step(entry: RegisterEntry, action: RegisterStep.Action, *, by: User, note: str = "") -> None:
    specs = specs_of(entry.kind)
    content = {
        spec.title: shown for spec, shown in zip(specs, shown_values(specs, entry), strict=True) if shown
    }
    content["日期"] = entry.happened_on.isoformat()
    for title, value in (
        ("责任单位", entry.office),
        ("责任人", entry.responsible),
        ("办理期限", entry.due_on),
    ):
        if value:
            content[title] = str(value)
    RegisterStep.objects.create(entry=entry, action=action, by=by, note=note.strip()[:500], content=content)
