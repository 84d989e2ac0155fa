"""One row of a roster, checked (逐行核对): every defect of the row at once, each with its cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from beneficiaries.rosters.cells import Cell, CellError, date_of, id_text_of, name_of, text_of
from beneficiaries.rosters.headings import BY_KEY, FIELDS, Field
from beneficiaries.rosters.vocabulary import CATEGORY_WORDS, LEAVING_WORDS, SEX_WORDS
from common.codes import IdentityCategory
from common.id_numbers import IdNumberError, birth_date, normalize_id_number

_LONGEST = {"name": 60, "township": 60, "village": 60, "household_no": 30, "head_name": 60}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """What is wrong with a cell; ``field`` is the column's key."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a roster is checked against.

    Attributes:
        roster_on: its date; nobody is recognised or leaves after it.
        today: nobody is born after it.
        categories: those the roster is declared to cover.
        counties: name or code of each county it may name → key.
        county_id: of rows that name none; None where they have to.
        year: for which a list of the insured stands; None of identities.
    """

    roster_on: date
    today: date
    categories: frozenset[str]
    counties: Mapping[str, int]
    county_id: int | None
    year: int | None = None


@dataclass(slots=True, kw_only=True)
class CheckedRow:
    """A row as it will be staged; what a defect concerns is empty."""

    row_no: int
    id_number: str = ""
    name: str = ""
    sex: str = ""
    born_on: date | None = None
    category: str = ""
    county_id: int | None = None
    township: str = ""
    village: str = ""
    household_no: str = ""
    head_name: str = ""
    since: date | None = None
    leaves: bool = False
    left_on: date | None = None
    insurance_type: str = ""
    enrolled_on: date | None = None
    paid_by: str = ""
    defects: list[Defect] = field(default_factory=list)
    blanks: tuple[str, ...] = ()


class RowChecker:
    """Checks the rows of one sheet."""

    fields: Sequence[Field] = FIELDS

    def __init__(self, *, columns: Mapping[str, int], terms: Terms) -> None:
        self._columns = columns
        self._expected = tuple(field.key for field in self.fields if field.expected)
        self._terms = terms

    def check(self, row_no: int, cells: Sequence[Cell]) -> CheckedRow:
        """The row with all its defects."""
        row = CheckedRow(row_no=row_no)
        values: dict[str, Cell] = {
            key: cells[index] if index < len(cells) else None for key, index in self._columns.items()
        }
        row.blanks = tuple(key for key in self._expected if not text_of(values.get(key)))
        for key, read in self._readers.items():
            try:
                setattr(row, key, read(self, values.get(key)))
            except CellError as error:
                row.defects.append(Defect(field=key, code=error.code, message=str(error)))
        self._check_together(row, values)
        return row

    def _name(self, cell: Cell) -> str:
        return filled("name", name_of(cell))

    def _id_number(self, cell: Cell) -> str:
        text = filled("id_number", id_text_of(cell))
        if len(text) == 15 and text.isdigit():
            raise CellError("id_number_old", "是15位旧身份证号，请按现行身份证填写18位号码")
        try:
            return normalize_id_number(text, today=self._terms.today)
        except IdNumberError as error:
            raise CellError(error.code, str(error)) from None

    def _category(self, cell: Cell) -> str:
        word = filled("category", text_of(cell))
        category = CATEGORY_WORDS.get(word)
        if category is None:
            raise CellError("category_unknown", f"不认识的身份类别“{word[:20]}”，请用模板说明中的名称")
        if category not in self._terms.categories:
            label = IdentityCategory(category).label
            raise CellError("category_not_covered", f"“{label}”不在本名单的类别之内，请从名单中删去")
        return category

    def _sex(self, cell: Cell) -> str:
        word = text_of(cell)
        if word and word not in SEX_WORDS:
            raise CellError("sex_unknown", "性别请填男或女")
        return SEX_WORDS.get(word, "")

    def _county(self, cell: Cell) -> int:
        name = text_of(cell)
        found = self._terms.counties.get(name) if name else self._terms.county_id
        if found is None:
            message = "不是本名单区划内的县（市、区）" if name else "市级名单须填写县（市、区）"
            raise CellError("county_unknown", message)
        return found

    def _leaves(self, cell: Cell) -> bool:
        word = text_of(cell)
        if word and word not in LEAVING_WORDS:
            raise CellError("change_unknown", "变动类型请填新增、保留或退出")
        return LEAVING_WORDS.get(word, False)

    def _day(self, cell: Cell) -> date | None:
        day = date_of(cell)
        if day is not None and day > self._terms.roster_on:
            raise CellError("date_after_roster", "晚于名单日期，请核对")
        return day

    _readers: Mapping[str, Callable[[Any, Cell], Any]] = {
        "name": _name,
        "id_number": _id_number,
        "category": _category,
        "sex": _sex,
        "born_on": lambda self, cell: date_of(cell),
        "township": lambda self, cell: _within("township", text_of(cell)),
        "village": lambda self, cell: _within("village", text_of(cell)),
        "household_no": lambda self, cell: _within("household_no", text_of(cell)),
        "head_name": lambda self, cell: _within("head_name", name_of(cell)),
        "since": _day,
        "leaves": _leaves,
        "left_on": _day,
    }

    def _check_together(self, row: CheckedRow, values: Mapping[str, Cell]) -> None:
        try:
            row.county_id = self._county(values.get("county"))
        except CellError as error:
            row.defects.append(Defect(field="county", code=error.code, message=str(error)))
        if row.left_on is not None:
            row.leaves = True
            if row.since is not None and row.left_on <= row.since:
                row.defects.append(
                    Defect(
                        field="left_on", code="left_before_start", message="退出日期不晚于认定日期，请核对"
                    )
                )
        if row.id_number:
            self.check_against_id(row)

    @staticmethod
    def check_against_id(row: CheckedRow) -> None:
        """Sex and day of birth are those that the ID number says."""
        born = birth_date(row.id_number)
        sex = "male" if int(row.id_number[16]) % 2 else "female"
        if row.born_on not in (None, born):
            row.defects.append(
                Defect(
                    field="born_on", code="birth_differs", message="与身份证号中的出生日期不一致，请核对两者"
                )
            )
        if row.sex not in ("", sex):
            row.defects.append(
                Defect(field="sex", code="sex_differs", message="与身份证号表示的性别不一致，请核对两者")
            )
        row.born_on, row.sex = born, sex


def filled(key: str, text: str) -> str:
    """A text that has to be there and is not too long.

    Raises:
        CellError: neither.
    """
    if not text:
        raise CellError(f"{key}_missing", f"没有填写{BY_KEY[key].title}")
    return _within(key, text)


def _within(key: str, text: str) -> str:
    longest = _LONGEST.get(key, 60)
    if len(text) > longest:
        raise CellError(f"{key}_too_long", f"超过{longest}个字，请核对")
    return text
