"""``fixtures/registers.yaml`` (登记簿配置): an office's new register is a block there, no program."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from beneficiaries.models import RegisterKind
from beneficiaries.registers.fields import SINGLE, FieldType
from organizations.models import Office

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE = re.compile(r"[a-z][a-z0-9-]{0,59}")
NEEDED = ("name", "group", "clause", "purpose", "fields", "writers")
KNOWN = frozenset({*NEEDED, "cities", "tracked", "hospitals_write", "responsible", "deadline", "target"})
FIELD_KEYS = frozenset({"key", "title", "type", "required", "choices", "note"})
OFFICES = frozenset(Office.Kind.values)


class RegisterFileError(Exception):
    """The file cannot be loaded; the message names the register and says what to do."""

    code = "register_file"


def registers_read(path: Path) -> list[dict[str, Any]]:
    """The registers of the file as values of :class:`RegisterKind`, in the file's order.

    Raises:
        RegisterFileError: something in it is wrong.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RegisterFileError(f"{path.name}：不能读取，请检查文件：{error}") from error
    rows = content.get("registers") if isinstance(content, dict) else None
    if not isinstance(rows, dict):
        raise RegisterFileError(f"{path.name}：最外层应为 registers，其下每个登记簿一个代码。")
    return [_kind(path.name, str(code), row, at) for at, (code, row) in enumerate(rows.items(), start=1)]


def _kind(file: str, code: str, row: Any, position: int) -> dict[str, Any]:
    try:
        _check_kind(code, row)
        return {
            "code": code,
            "position": position,
            "name": row["name"],
            "group": row["group"],
            "clause": row["clause"],
            "purpose": row["purpose"],
            "city_codes": [str(city) for city in row.get("cities", [])],
            "fields": _fields(row["fields"], hospitals_write=row.get("hospitals_write", False)),
            "tracked": row.get("tracked", False),
            "writer_kinds": row["writers"],
            "hospitals_write": row.get("hospitals_write", False),
            "responsible_kinds": row.get("responsible", []),
            **_deadline(row.get("deadline")),
            **_target(row.get("target"), row["fields"]),
        }
    except ValueError as error:
        raise RegisterFileError(f"{file}：登记簿 {code}：{error}") from error


def _check_kind(code: str, row: Any) -> None:
    if not CODE.fullmatch(code):
        raise ValueError("代码只用小写字母、数字和连字符，以字母开头。")
    if not isinstance(row, dict):
        raise ValueError("应为若干“键: 值”。")
    if missing := [key for key in NEEDED if not row.get(key)]:
        raise ValueError(f"缺少 {'、'.join(missing)}。")
    if unknown := sorted(set(row) - KNOWN):
        raise ValueError(f"不认识 {'、'.join(unknown)}；可用的有 {'、'.join(sorted(KNOWN))}。")
    if strange := sorted({*row["writers"], *row.get("responsible", [])} - OFFICES):
        raise ValueError(f"没有部门 {'、'.join(strange)}；可用的有 {'、'.join(sorted(OFFICES))}。")


def _fields(rows: Any, *, hospitals_write: bool) -> list[dict[str, Any]]:
    if not isinstance(rows, list):
        raise ValueError("fields 应为列表。")
    seen: set[str] = set()
    single: set[str] = set()
    for row in rows:
        _check_field(row)
        repeated = row["key"] in seen or row["type"] in single
        if repeated:
            raise ValueError(f"项目 {row['key']} 重复：同一代码、同一种关联只能有一项。")
        seen.add(row["key"])
        if row["type"] in SINGLE:
            single.add(row["type"])
    if hospitals_write and FieldType.HOSPITAL not in single:
        raise ValueError("医疗机构可登记时，fields 中须有类型为 hospital 的项目。")
    return rows


def _check_field(row: Any) -> None:
    if not isinstance(row, dict) or not {"key", "title", "type"} <= set(row):
        raise ValueError(f"项目 {row} 应有 key、title、type。")
    if unknown := sorted(set(row) - FIELD_KEYS):
        raise ValueError(f"项目 {row['key']} 不认识 {'、'.join(unknown)}。")
    if not KEY.fullmatch(str(row["key"])):
        raise ValueError(f"项目代码 {row['key']} 只用小写字母、数字和下划线，以字母开头。")
    if row["type"] not in {str(each) for each in FieldType}:
        raise ValueError(f"项目 {row['key']} 的类型只能是 {'、'.join(FieldType)}。")
    if (row["type"] == FieldType.CHOICE) != bool(row.get("choices")):
        raise ValueError(f"项目 {row['key']}：类型 choice 须列出 choices，其他类型不列。")


def _deadline(row: Mapping[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return {"deadline_days": None, "deadline_in_working_days": False}
    match dict(row):
        case {"working_days": int(days), **rest} if not rest and days > 0:
            return {"deadline_days": days, "deadline_in_working_days": True}
        case {"days": int(days), **rest} if not rest and days > 0:
            return {"deadline_days": days, "deadline_in_working_days": False}
    raise ValueError("deadline 应为 {days: 天数} 或 {working_days: 工作日数}。")


def _target(row: Mapping[str, Any] | None, fields: list[dict[str, Any]]) -> dict[str, Any]:
    if row is None:
        return {"target_count": None, "target_per": "", "target_period": ""}
    match dict(row):
        case {"count": int(count), "per": per, "period": period, **rest} if not rest and count > 0:
            if per not in RegisterKind.TargetPer.values or period not in RegisterKind.TargetPeriod.values:
                raise ValueError(
                    f"target 的 per 为 {'、'.join(RegisterKind.TargetPer.values)}，"
                    f"period 为 {'、'.join(RegisterKind.TargetPeriod.values)}。"
                )
            place = "village" if per in ("village", "township") else per
            if place != "county" and not any(field["type"] == place for field in fields):
                raise ValueError(f"target 按 {per} 计，fields 中须有类型为 {place} 的项目。")
            return {"target_count": count, "target_per": per, "target_period": period}
    raise ValueError("target 应为 {count: 次数, per: 按什么计, period: 期间}。")
