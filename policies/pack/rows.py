"""What a pack file says, free of YAML and of the database (政策包内容)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: values by attribute, children by section; two rows are equal wherever they were written."""

    values: Mapping[str, object]
    children: Mapping[str, Sequence["Row"]] = field(default_factory=dict)
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def text(self, attribute: str) -> str:
        """A value that is text; "" where there is none."""
        return cast(str, self.values.get(attribute) or "")

    def number(self, attribute: str) -> int | None:
        """A value that is an amount, ratio or count."""
        return cast("int | None", self.values.get(attribute))

    def texts(self, attribute: str) -> Sequence[str]:
        """A value that is a list of texts."""
        return cast("Sequence[str]", self.values.get(attribute) or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """The sections of one file; ``policy`` holds its own rows as children."""

    path: str
    documents: Sequence[Row] = ()
    funds: Sequence[Row] = ()
    disease_lists: Sequence[Row] = ()
    drug_lists: Sequence[Row] = ()
    policy: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file: where, which row, what to do."""

    path: str
    line: int
    row: str
    message: str

    def __str__(self) -> str:
        row = f"（{self.row}）" if self.row else ""
        return f"{self.path} 第 {self.line} 行{row}：{self.message}"


class PackError(Exception):
    """A pack file cannot be loaded (政策包文件有误); names every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
