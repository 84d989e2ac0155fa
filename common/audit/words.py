"""A change as people read it (变更的中文表述): labels of fields, values in words, never a secret."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db.models import BinaryField, DateTimeField, Field, ForeignKey, Model
from django.utils import timezone
from psycopg2.extras import DateRange

from common.admin_panels import NOTHING, grouped_yuan, period
from common.models import Change
from common.money import format_percent

_LONGEST = 120
_HIDDEN = "（不显示）"
# Hashes say nothing to people.
_UNREADABLE = frozenset({"id_index", "code_index", "content_hash"})
_KEY = frozenset({"id"})


def model_of(table: str) -> type[Model] | None:
    """The model with this table; none for one that has gone since."""
    return _models().get(table)


def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


class Wording:
    """Words for many changes at once: related rows are fetched once a model."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._models = _models()
        self._related = self._fetch(changes)

    def noun(self, change: Change) -> str:
        """What kind of row it was."""
        model = self._models.get(change.table)
        if model is None:
            return change.table
        if model._meta.auto_created:
            ends = [_label(field) for field in self._fields(change.table).values() if field.is_relation]
            return f"{'与'.join(ends)}的关系"
        return str(model._meta.verbose_name)

    def lines(self, change: Change) -> list[str]:
        """``姓名：甲 → 乙``, one a column; additions and deletions name what there was."""
        fields = self._fields(change.table)
        columns = [column for column in {**change.before, **change.after} if column not in _KEY]
        return [line for column in columns if (line := self._line(change, column, fields.get(column)))]

    def _line(self, change: Change, column: str, field: Field | None) -> str:
        label = _label(field) if field is not None else column
        before, after = (self._value(side.get(column), field) for side in (change.before, change.after))
        if change.operation == Change.Operation.UPDATE:
            return f"{label}：已变更" if _HIDDEN in (before, after) else f"{label}：{before} → {after}"
        shown = after if change.operation == Change.Operation.INSERT else before
        return "" if shown in (NOTHING, _HIDDEN) else f"{label}：{shown}"

    def _value(self, value: Any, field: Field | None) -> str:
        if value in (None, "", [], {}):
            return NOTHING
        if value == "******" or (
            field is not None and (isinstance(field, BinaryField) or field.name in _UNREADABLE)
        ):
            return _HIDDEN
        if isinstance(field, ForeignKey):
            return self._related.get((field.related_model, str(value)), f"编号{value}")
        return _plain(value, field)

    def _fetch(self, changes: Iterable[Change]) -> dict[tuple[Any, str], str]:
        wanted: dict[Any, set[Any]] = defaultdict(set)
        for change in changes:
            for column, field in self._fields(change.table).items():
                if isinstance(field, ForeignKey):
                    found = {change.before.get(column), change.after.get(column)} - {None}
                    wanted[field.related_model] |= found
        return {
            (model, str(row.pk)): str(row)
            for model, keys in wanted.items()
            for row in model._base_manager.filter(pk__in=keys)
        }

    def _fields(self, table: str) -> dict[str, Field]:
        model = self._models.get(table)
        return {} if model is None else {str(field.column): field for field in model._meta.concrete_fields}


def _label(field: Field) -> str:
    """The column's name; between two tables Django names none, and sums are shown in yuan."""
    if field.model._meta.auto_created and isinstance(field, ForeignKey):
        return str(field.related_model._meta.verbose_name)
    return str(field.verbose_name).removesuffix("（分）")


def _plain(value: Any, field: Field | None) -> str:
    """A value that needs no other row."""
    choices = dict((getattr(field, "base_field", None) or field).flatchoices) if field is not None else {}
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field, ArrayField) and isinstance(value, list):
        return "、".join(str(choices.get(each, each)) for each in value)
    if choices:
        return str(choices.get(value, value))
    if isinstance(field, (DateTimeField, DateRangeField)):
        return _when(value, field)
    if isinstance(value, int) and field is not None:
        return _number(value, field.name)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _when(value: str, field: Field) -> str:
    if isinstance(field, DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    # PostgreSQL writes every range of days half-open: ``[2019-01-01,)``.
    days = [date.fromisoformat(day) if day else None for day in value.strip("[()]").split(",")]
    return period(DateRange(lower=days[0], upper=days[1])) if len(days) == 2 else "空"


def _number(value: int, name: str) -> str:
    if name.endswith("_fen"):
        return f"{grouped_yuan(value)} 元"
    return format_percent(value) if name.endswith("_bp") else str(value)


def acted(change: Change) -> str:
    """Who did it: a person, or what ran."""
    if change.user_id is not None:
        return str(change.context.get("account") or change.user or f"账号{change.user_id}")
    if "hospital" in change.context:
        return "医疗机构（接口）"
    if "command" in change.context:
        return f"命令 {change.context['command']}（{change.context.get('system_user', '')}）"
    return "系统后台任务" if "task" in change.context else f"数据库（{change.database_role}）"


def came_from(change: Change) -> str:
    """From where."""
    return str(change.context.get("address") or change.context.get("task") or NOTHING)
