"""Pack files into rows (读取政策包文件): every problem found is named with its file and line."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import yaml

from policies.pack.library import DISEASE_LISTS, DOCUMENTS, DRUG_LISTS, FUNDS
from policies.pack.rows import PackError, PackFile, Problem, Row
from policies.pack.shapes import CONDITION, POLICY, REQUIRED, Key, Shape

# The parser in C where PyYAML has it: ten times faster, the same nodes.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SHARED = {shape.section: shape for shape in (DOCUMENTS, FUNDS, DISEASE_LISTS, DRUG_LISTS)}
OF_POLICY = {shape.section: shape for shape in POLICY.children}


def read_pack_file(path: Path) -> PackFile:
    """Read one file.

    Raises:
        PackError: the file is missing, is no YAML, or has keys or values that are not as they should be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(path=str(path), line=1, row="", message=f"文件无法读取：{error}")
        raise PackError([problem]) from error
    return read_pack_text(text, str(path))


def read_pack_text(text: str, path: str) -> PackFile:
    """Read the text of one file; ``path`` is what problems name.

    Raises:
        PackError: see ``read_pack_file``.
    """
    reader = _Reader(path)
    file = reader.file(_compose(text, path))
    if reader.problems:
        raise PackError(reader.problems)
    return file


def read_section(text: str, path: str, shape: Shape) -> list[Row]:
    """Read a text that has one section only, e.g. worked cases (算例).

    Raises:
        PackError: see ``read_pack_file``.
    """
    reader = _Reader(path)
    rows = reader.only(shape, _compose(text, path))
    if reader.problems:
        raise PackError(reader.problems)
    return rows


def _compose(text: str, path: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = Problem(path=path, line=line, row="", message=f"不是合规的 YAML：{error.problem}")
        raise PackError([problem]) from error


class _Reader:
    """Reads one file and gathers its problems."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def file(self, root: yaml.Node | None) -> PackFile:
        """The sections of the whole file."""
        if not isinstance(root, yaml.MappingNode):
            self.refuse(root, "", "文件应由若干小节组成，例如 policy、rules、funds。")
            return PackFile(path=self.path)
        nodes = self.mapping(root, "", {"policy", *SHARED, *OF_POLICY})
        shared = {name: self.rows(shape, nodes.get(name), "") for name, shape in SHARED.items()}
        policy = None
        if "policy" in nodes:
            policy = self.row(POLICY, nodes["policy"], "policy", sections=nodes)
        elif stray := next((name for name in nodes if name in OF_POLICY), ""):
            self.refuse(nodes[stray], stray, "缺少 policy 小节，请写明 code、title、city_code、from、to 等。")
        return PackFile(
            path=self.path,
            documents=shared["documents"],
            funds=shared["funds"],
            disease_lists=shared["disease_lists"],
            drug_lists=shared["drug_lists"],
            policy=policy,
        )

    def only(self, shape: Shape, root: yaml.Node | None) -> list[Row]:
        """The rows of a file with one section."""
        if not isinstance(root, yaml.MappingNode):
            self.refuse(root, "", f"文件应有小节 {shape.section}。")
            return []
        return self.rows(shape, self.mapping(root, "", {shape.section}).get(shape.section), "")

    def rows(self, shape: Shape, node: yaml.Node | None, within: str) -> list[Row]:
        """The rows of a section, in order; a name may stand only once."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(node, within or shape.section, f"{shape.section} 应为列表，每行以 - 开头。")
            return []
        rows: list[Row] = []
        seen: dict[object, int] = {}
        for item in node.value:
            label = within or f"{shape.section}:{_name_in(item, shape.named_by)}"
            row = self.row(shape, item, label)
            name = row.values.get(shape.named_by)
            if name is not None and name in seen:
                self.refuse(item, label, f"与第 {seen[name]} 行重名，请改用别的 {shape.named_by}。")
            elif name is not None:
                seen[name] = row.line
            rows.append(row)
        if shape.section == "bands":
            rows.sort(key=lambda row: row.number("floor_fen") or 0)
        return rows

    def row(
        self, shape: Shape, node: yaml.Node, label: str, *, sections: Mapping[str, yaml.Node] | None = None
    ) -> Row:
        """One row; ``sections`` are nodes of its children where these stand beside it, not inside."""
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, label, "此处应为若干“键: 值”。")
            return Row(values={}, path=self.path, line=_line(node))
        inside = sections is None
        names = {key.name for key in shape.keys} | ({"when"} if shape.conditioned else set())
        nodes = self.mapping(node, label, names | ({c.section for c in shape.children} if inside else set()))
        problems_before = len(self.problems)
        values = self.values(shape.keys, nodes, node, label)
        if shape.conditioned:
            values |= self.condition(nodes.get("when"), node, label)
        where = nodes if sections is None else sections
        children = {
            child.section: self.rows(child, where.get(child.section), label if inside else "")
            for child in shape.children
        }
        row = Row(values=values, children=children, path=self.path, line=_line(node))
        # A row that could not be read is not judged as well: its second complaint would mislead.
        if len(self.problems) == problems_before:
            for message in filter(None, (check(row) for check in shape.checks)):
                self.refuse(node, label, message)
        return row

    def condition(self, node: yaml.Node | None, parent: yaml.Node, label: str) -> dict[str, object]:
        """The keys under ``when``."""
        nodes: Mapping[str, yaml.Node] = {}
        if isinstance(node, yaml.MappingNode):
            nodes = self.mapping(node, label, {key.name for key in CONDITION})
        elif node is not None:
            self.refuse(node, label, "when 应为若干“键: 值”。")
        return self.values(CONDITION, nodes, parent, label)

    def values(
        self, keys: Sequence[Key], nodes: Mapping[str, yaml.Node], parent: yaml.Node, label: str
    ) -> dict[str, object]:
        """The values of the keys by attribute, defaults filled in."""
        values: dict[str, object] = {}
        for key in keys:
            node = nodes.get(key.name)
            if node is None:
                if key.default is REQUIRED:
                    self.refuse(parent, label, f"缺少 {key.name}。")
                values[key.attribute] = None if key.default is REQUIRED else key.default
                continue
            try:
                values[key.attribute] = key.kind.read(node)
            except ValueError as error:
                self.refuse(node, label, f"{key.name}：{error}")
                values[key.attribute] = None
        return values

    def mapping(self, node: yaml.MappingNode, label: str, known: set[str]) -> dict[str, yaml.Node]:
        """The nodes by key; unknown and repeated keys are refused."""
        nodes: dict[str, yaml.Node] = {}
        for name_node, value in node.value:
            name = str(cast(object, name_node.value))
            if name not in known:
                self.refuse(name_node, label, f"不认识的键“{name}”，可用：{'、'.join(sorted(known))}。")
            elif name in nodes:
                self.refuse(name_node, label, f"键“{name}”写了两次，请删去一处。")
            else:
                nodes[name] = value
        return nodes

    def refuse(self, node: yaml.Node | None, row: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(path=self.path, line=_line(node), row=row, message=message))


def _line(node: yaml.Node | None) -> int:
    return int(node.start_mark.line) + 1 if node is not None else 1


def _name_in(node: yaml.Node, named_by: str) -> str:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == named_by:
                return str(value.value)
    return "?"
