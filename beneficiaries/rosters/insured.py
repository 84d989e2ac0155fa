"""One row of a list of who is insured, checked (参保名单逐行核对)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from beneficiaries.rosters.cells import Cell, CellError, date_of, text_of
from beneficiaries.rosters.checks import CheckedRow, RowChecker, filled
from beneficiaries.rosters.headings import INSURED_FIELDS
from beneficiaries.rosters.vocabulary import INSURANCE_WORDS, PAID_BY_WORDS


def enrolled_in_time(*, enrolled_on: date, year: int) -> bool:
    """Whether a day can be that of enrolling for a year: contributions are collected from the year before."""
    return enrolled_on.year in (year - 1, year)


class InsuredChecker(RowChecker):
    """Checks the rows of one sheet of a county and a year."""

    fields = INSURED_FIELDS

    def _insurance_type(self, cell: Cell) -> str:
        word = filled("insurance_type", text_of(cell))
        if word not in INSURANCE_WORDS:
            raise CellError("insurance_unknown", f"不认识的险种“{word[:20]}”，请填城乡居民、新农合或职工")
        return INSURANCE_WORDS[word]

    def _paid_by(self, cell: Cell) -> str:
        word = text_of(cell)
        if word and word not in PAID_BY_WORDS:
            raise CellError("payer_unknown", "缴费方式请填个人缴费、部分资助、全额资助或单位代扣")
        return PAID_BY_WORDS.get(word, "")

    def _enrolled_on(self, cell: Cell) -> date:
        day = self._day(cell)
        if day is None:
            raise CellError("enrolled_on_missing", "没有填写参保日期")
        year = self._terms.year
        if year is not None and not enrolled_in_time(enrolled_on=day, year=year):
            raise CellError("enrolled_outside_year", f"{year}年参保的日期须在{year - 1}年或{year}年内")
        return day

    _readers: Mapping[str, Callable[[Any, Cell], Any]] = {
        "name": RowChecker._name,
        "id_number": RowChecker._id_number,
        "sex": RowChecker._sex,
        "born_on": lambda self, cell: date_of(cell),
        "insurance_type": _insurance_type,
        "enrolled_on": _enrolled_on,
        "paid_by": _paid_by,
    }

    def _check_together(self, row: CheckedRow, values: Mapping[str, Cell]) -> None:
        row.county_id = self._terms.county_id
        if row.id_number:
            self.check_against_id(row)
