"""The quarterly ledger of covered people (保障对象参保、就医信息季度台账): by person, then by township."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reporting.columns import count, day, id_number, money, text
from reporting.covered_rows import CoveredRow, TownshipRow
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import ROWS_ON_A_SHEET, Caption, Table, Totals

_SIGNATURES = (
    ("编制人：", "审核人：", "单位负责人："),
    ("医疗保障经办机构（盖章）：", "填报日期：      年    月    日"),
)
NO_TOWNSHIP = "（未登记乡镇）"
_COST = (
    money("总费用", "total_fen", 10),
    money("基本医疗保险", "basic_fen", 10),
    money("大病保险", "critical_fen", 10),
    money("大病补充保险", "supplementary_fen", 10),
    money("医疗救助", "assistance_fen", 10),
    money("财政兜底", "backstop_fen", 10),
    money("医院减免及承担", "hospital_fen", 10),
    money("个人自付", "patient_fen", 10),
)
PERSON_COLUMNS = (
    count("序号", "number", 5),
    text("姓名", "name", 8),
    id_number("身份证号"),
    text("乡镇（街道）", "township", 10),
    text("村（社区）", "village", 10),
    text("户主姓名", "head_name", 8),
    text("身份类别", "identities", 14),
    text("参保情况", "standing", 12),
    text("参保险种", "insurance", 14),
    day("参保日期", "enrolled_on"),
    money("参保资助", "aid_fen", 9),
    count("就诊人次", "visits", 6, total=True),
    count("其中住院", "stays", 6, total=True),
    *_COST,
)
TOWNSHIP_COLUMNS = (
    count("序号", "number", 5),
    text("乡镇（街道）", "township", 16),
    count("保障对象", "people", 8, total=True),
    count("已参保", "insured", 8, total=True),
    count("合理未参保", "excused", 8, total=True),
    count("未参保", "missing", 8, total=True),
    count("资助人数", "aided", 8, total=True),
    money("参保资助", "aid_fen", 11),
    count("就诊人数", "patients", 8, total=True),
    count("就诊人次", "visits", 8, total=True),
    count("其中住院", "stays", 8, total=True),
    *_COST,
)
_ADDED = (
    "aid_fen", "visits", "stays", "total_fen", "basic_fen", "critical_fen", "supplementary_fen",
    "assistance_fen", "backstop_fen", "hospital_fen", "patient_fen",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredHead:
    """What stands around both tables."""

    county: str
    period: str
    year: int
    people: int
    policy: str
    stamp: str


class Townships:
    """Adds people up by township while they pass."""

    def __init__(self) -> None:
        self._found: dict[str, TownshipRow] = {}

    @property
    def rows(self) -> list[TownshipRow]:
        """The townships in the order in which their people came."""
        return list(self._found.values())

    def counted(self, people: Iterable[CoveredRow]) -> Iterator[CoveredRow]:
        """The rows as they pass."""
        for person in people:
            self._add(person)
            yield person

    def _add(self, person: CoveredRow) -> None:
        name = person.township or NO_TOWNSHIP
        row = self._found.setdefault(name, TownshipRow(number=len(self._found) + 1, township=name))
        row.people += 1
        row.insured += person.enrolled_on is not None
        row.excused += person.standing.startswith("合理未参保")
        row.missing = row.people - row.insured - row.excused
        row.aided += person.aid_fen > 0
        row.patients += person.visits > 0
        for name in _ADDED:
            setattr(row, name, getattr(row, name) + getattr(person, name))


def write_covered_workbook(
    *,
    path: Path,
    head: CoveredHead,
    people: Iterable[CoveredRow],
    made_at: datetime,
    rows_on_a_sheet: int = ROWS_ON_A_SHEET,
) -> tuple[Totals, Totals]:
    """Write the workbook; returns what was written of people and of townships."""
    townships = Townships()
    with open_book(path) as (book, styles):
        listed = Table(
            book=book,
            styles=styles,
            name="参保就医信息",
            caption=_caption(head, made_at, "保障对象参保、就医信息季度台账"),
            columns=PERSON_COLUMNS,
            rows_on_a_sheet=rows_on_a_sheet,
        ).write(townships.counted(people))
        summed = Table(
            book=book,
            styles=styles,
            name="统计汇总",
            caption=_caption(head, made_at, "保障对象参保、就医信息季度统计汇总表"),
            columns=TOWNSHIP_COLUMNS,
        ).write(townships.rows)
    return listed, summed


def _caption(head: CoveredHead, made_at: datetime, title: str) -> Caption:
    return Caption(
        title=f"{head.county}{title}",
        lines=((head.period, "单位：元"), (f"参保年度：{head.year}年", f"口径：{head.policy}")),
        capital="就诊人次和费用按记账日期计入本季度，冲销的不计；参保资助为本年度已报送的申请。",
        counted=f"共 {head.people} 人",
        signatures=_SIGNATURES,
        stamp=f"{head.stamp}    制表时间 {made_at:%Y-%m-%d %H:%M:%S}",
    )
