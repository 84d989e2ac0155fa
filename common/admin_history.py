"""The history of one row (变更记录): what the audit trail knows of it and of what belongs to it."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from common.admin_missing import NoSuchRow
from common.admin_panels import Cell, Table, text
from common.audit.tables import KEYS
from common.audit.words import Wording, acted, came_from
from common.models import Change

NEWEST = 200
HEADERS = ("时间", "操作人", "操作", "内容", "事由", "来源")
NOTE = f"新的在前，至多显示最近{NEWEST}条；由数据库记录，任何人不能修改或删除。"
EMPTY_TRAIL = "没有变更：登记以来没有改动，或属于只增不改的记录。"


def changes_of(row: Model) -> Q:
    """The row's own changes, and those of the rows whose owner it is."""
    meta = row._meta
    key = str(getattr(row, KEYS.get(meta.label, "pk")))
    return Q(table=meta.db_table, row_key=key) | Q(owner_table=meta.db_table, owner_key=key)


class ChangeHistory(NoSuchRow):
    """Mixin of admin classes: the history page reads the audit trail, and what buttons wrote down."""

    admin_site: Any
    opts: Any

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The changes of one row, newest first; a row outside the scope does not exist."""
        admin: Any = self
        row = admin.get_object(request, unquote(object_id))
        if row is None:
            self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not admin.has_view_or_change_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"变更记录：{row}",
            "opts": self.opts,
            "panels": [history_table(row)],
            "back_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk]),
        }
        return TemplateResponse(request, "common/history.html", context)


def history_table(row: Model) -> Table:
    """Changes of rows and what buttons wrote down (操作记录), by time."""
    changes = list(Change.objects.filter(changes_of(row)).select_related("user")[:NEWEST])
    wording = Wording(changes)
    timed = [(change.at, change_cells(change, wording)) for change in changes]
    timed += [(entry.action_time, _entry_cells(entry)) for entry in _entries(row)]
    timed.sort(key=lambda each: each[0], reverse=True)
    rows = [cells for _, cells in timed[:NEWEST]]
    return Table(title="变更记录", headers=HEADERS, rows=rows, note=NOTE, empty=EMPTY_TRAIL)


def change_cells(change: Change, wording: Wording) -> tuple[Cell, ...]:
    """One change as a table's row."""
    return (
        text(change.at),
        text(acted(change)),
        text(f"{change.get_operation_display()}{wording.noun(change)}"),
        text("\n".join(wording.lines(change))),
        text(change.reason),
        text(came_from(change)),
    )


def _entries(row: Model) -> list[LogEntry]:
    """What Django's forms wrote themselves is on the trail already."""
    kind = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).exclude(
        Q(change_message="") | Q(change_message__startswith="[")
    )
    return list(entries.select_related("user")[:NEWEST])


def _entry_cells(entry: LogEntry) -> tuple[Cell, ...]:
    who, said = entry.user.get_username(), entry.change_message
    return (text(entry.action_time), text(who), text("办理"), text(said), text(""), text(""))
