"""Where each requirement of the documents is met (要求对照表): read, checked, written out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.core.management import get_commands
from django.urls import get_resolver

from policies.pack.reader import read_pack_file
from policies.pack.shapes import POLICY

LAST = 222
STATUS = {"done": "已做到", "partly": "部分", "not yet": "还没有", "no rule": "不是规定"}
# Where something is: the key in the file, and how the table calls it.
PLACES = {
    "rows": "条目", "models": "数据", "commands": "命令", "pages": "页面", "cases": "算例", "tests": "测试",
}  # fmt: skip
KEYS = {"gist", "status", "missing", "packs", *PLACES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A document: its requirements, and the packs that carry it."""

    name: str
    first: int
    last: int
    packs: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement and where it is met (要求)."""

    number: int
    gist: str
    status: str
    missing: str
    packs: Sequence[str]
    places: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """All requirements by document."""

    sections: Sequence[Section]
    requirements: Sequence[Requirement]

    def of(self, section: Section) -> list[Requirement]:
        """The requirements of a document."""
        return [item for item in self.requirements if section.first <= item.number <= section.last]


def read_coverage(path: Path) -> Coverage:
    """The file ``fixtures/coverage.yaml``.

    Raises:
        ValueError: a requirement is there twice, or has an unknown key.
    """
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_Once)  # noqa: S506
    sections = [Section(**row) for row in content["documents"]]
    requirements = []
    for name, row in content["requirements"].items():
        if unknown := set(row) - KEYS:
            raise ValueError(f"{name}：不认识 {'、'.join(sorted(unknown))}")
        number = int(name.removeprefix("R"))
        packs = next((one.packs for one in sections if one.first <= number <= one.last), ())
        requirements.append(
            Requirement(
                number=number,
                gist=row["gist"],
                status=row["status"],
                missing=row.get("missing", ""),
                packs=row.get("packs", packs),
                places={place: row[place] for place in PLACES if place in row},
            )
        )
    return Coverage(sections=sections, requirements=requirements)


class _Once(yaml.SafeLoader):
    """Refuses a key that is there twice: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Check, then read."""
        names = [self.construct_object(key, deep=deep) for key, _ in node.value]
        if twice := {str(name) for name in names if names.count(name) > 1}:
            raise ValueError(f"重复：{'、'.join(sorted(twice))}")
        return super().construct_mapping(node, deep=deep)


def coverage_problems(coverage: Coverage, *, root: Path) -> list[str]:
    """What is wrong: numbers missing, statements without proof, names of what does not exist."""
    known = _Known(root)
    numbers = [item.number for item in coverage.requirements]
    problems = [f"R{number} 没有列出" for number in range(1, LAST + 1) if number not in numbers]
    problems += [f"R{number} 不是要求的编号" for number in numbers if not 1 <= number <= LAST]
    for item in coverage.requirements:
        problems += [f"R{item.number}：{problem}" for problem in _problems(item, known)]
    return problems


def _problems(item: Requirement, known: "_Known") -> Iterator[str]:
    if item.status not in STATUS:
        yield f"状态“{item.status}”须为 {'、'.join(STATUS)} 之一"
    if (item.status in {"not yet", "no rule"}) == bool(item.places):
        yield "写明在何处的才算做到，还没有的不写在何处"
    if (item.status == "partly") != bool(item.missing):
        yield "部分做到的须写明还缺什么，其余不写"
    for place, names in item.places.items():
        yield from (f"没有这个{PLACES[place]}：{name}" for name in names if not known.has(item, place, name))


class _Known:
    """What exists, read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lists, self._rows = _rows_of_packs(root / "fixtures" / "policies")
        self._models = {f"{model._meta.app_label}.{model.__name__}" for model in apps.get_models()}
        self._pages = set(_page_names())
        self._commands = set(get_commands())

    def has(self, item: Requirement, place: str, name: str) -> bool:
        """Whether the thing of that name is there."""
        match place:
            case "rows":
                return name in self._lists or any(name in self._rows.get(pack, ()) for pack in item.packs)
            case "models":
                return name in self._models
            case "commands":
                return name in self._commands
            case "pages":
                return name in self._pages
            case "cases":
                file, _, code = name.partition("/")
                return f"- code: {code}\n" in self._text(f"tests/cases/{file}.yaml")
            case _:
                file, _, test = name.partition("::")
                return (f"def {test}(" if test else "def test_") in self._text(file)

    def _text(self, name: str) -> str:
        path = self._root / name
        return path.read_text(encoding="utf-8") if path.is_file() else ""


def _rows_of_packs(folder: Path) -> tuple[set[str], dict[str, set[str]]]:
    lists: set[str] = set()
    rows: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = read_pack_file(path)
        lists |= {f"disease_lists:{row.text('code')}" for row in file.disease_lists}
        if file.policy is not None:
            rows[file.policy.text("code")] = {
                f"{shape.section}:{row.text(shape.named_by)}"
                for shape in POLICY.children
                for row in file.policy.children[shape.section]
            }
    return lists, rows


def _page_names(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    patterns: Any = (resolver or get_resolver()).url_patterns
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _page_names(pattern, prefix + space)
        elif pattern.name:
            yield prefix + pattern.name


def coverage_text(coverage: Coverage) -> str:
    """The table as Markdown; the same file always gives the same text."""
    parts = [
        "# 要求对照表",
        "五份文件的要求（R1–R222）各落在何处。由 `python manage.py coverage` 根据 `fixtures/coverage.yaml` "
        "生成，不要手工修改；所列名称都由测试核对。",
        "\n".join(_summary(coverage)),
    ]
    for section in coverage.sections:
        packs = "、".join(f"`{pack}`" for pack in section.packs)
        parts += [f"## {section.name}（R{section.first}–R{section.last}）", f"政策包：{packs}"]
        parts.append("\n".join(_table(coverage.of(section))))
    return "\n\n".join(parts) + "\n"


def _summary(coverage: Coverage) -> Iterator[str]:
    yield "| 文件 | " + " | ".join(STATUS.values()) + " | 合计 |"
    yield "|---|" + "---:|" * (len(STATUS) + 1)
    for section in coverage.sections:
        yield _counts(section.name, coverage.of(section))
    yield _counts("合计", coverage.requirements)


def _counts(name: str, items: Sequence[Requirement]) -> str:
    counts = [sum(item.status == status for item in items) for status in STATUS]
    return f"| {name} | " + " | ".join(str(count) for count in [*counts, len(items)]) + " |"


def _table(items: Iterable[Requirement]) -> Iterator[str]:
    yield "| 编号 | 要求 | 状态 | 在何处 |"
    yield "|---|---|---|---|"
    for item in items:
        status = STATUS[item.status] + (f"：{item.missing}" if item.missing else "")
        places = "；".join(
            f"{PLACES[place]} {'、'.join(f'`{name}`' for name in names)}"
            for place, names in item.places.items()
        )
        yield f"| R{item.number} | {item.gist} | {status} | {places} |"
