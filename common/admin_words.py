"""The filters in force on a list, in words (筛选条件): for files and for views that are kept."""

from typing import Any

from django.contrib.admin import FieldListFilter, RelatedFieldListFilter, SimpleListFilter
from django.contrib.admin.views.main import ChangeList


def filter_words(shown: ChangeList) -> str:
    """``医疗机构：示例县人民医院；出院/就诊日期：2019-04-01 至 2019-06-30``, or that there are none."""
    said = [words for spec in shown.filter_specs if (words := _said(spec))]
    return "；".join(said) or "无"


def _said(spec: Any) -> str:
    used = {name: _first(value) for name, value in spec.used_parameters.items()}
    used = {name: value for name, value in used.items() if value not in ("", None)}
    if not used:
        return ""
    if set(used) & set(_ends(spec)):
        first, last = (used.get(name, "") for name in _ends(spec))
        return f"{spec.title}：{first or '不限'} 至 {last or '不限'}"
    return f"{spec.title}：{_chosen(spec, next(iter(used.values())))}"


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _ends(spec: Any) -> tuple[str, ...]:
    names = tuple(name for name in spec.expected_parameters() if name)
    return names if len(names) == 2 and names[0].endswith("_from") else ()


def _chosen(spec: Any, value: Any) -> str:
    if isinstance(spec, SimpleListFilter):
        return str({str(key): words for key, words in spec.lookup_choices}.get(str(value), value))
    if isinstance(spec, RelatedFieldListFilter):
        related: Any = spec.field.remote_field
        found = related.model._default_manager.filter(pk=value).first()
        return str(found) if found is not None else str(value)
    if isinstance(spec, FieldListFilter) and getattr(spec.field, "flatchoices", None):
        return str({str(key): words for key, words in spec.field.flatchoices}.get(str(value), value))
    return {"1": "是", "0": "否", "True": "是", "False": "否"}.get(str(value), str(value))
