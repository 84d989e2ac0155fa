"""The body of a claim (费用申报请求): one pass over the fields, every error with its place."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from common.clock import business_date
from common.codes import FeeCategory, Referral, Tier, VisitType
from common.id_numbers import IdNumberError, normalize_id_number
from common.money import AmountFormatError, format_yuan, parse_yuan
from settlement.api.fields import MAX_ERRORS, Fields, body_of, raise_any
from settlement.api.line_details import DETAIL_FIELDS, read_detail
from settlement.engine.facts import GivenPayment
from settlement.errors import FieldError, TooManyLinesError
from settlement.figures import Figures
from settlement.intake import ClaimInput, LineDetail, LineInput

MAX_LINES = 2_000
# A bill above a hundred million yuan is a slip of the decimal point.
MAX_TOTAL_FEN = 100_000_000_00

# Stands in addresses, where "preview" and "batch" are taken.
CLAIM_NO = re.compile(r"(?!(?:preview|batch)$)[A-Za-z0-9][A-Za-z0-9._:-]*")
# The national interface's msgid: institution (12), time (14), sequence (4).
MESSAGE_ID = re.compile(r"[A-Za-z0-9]{12}[0-9]{18}")
PAPERS = ("insurance_card", "health_certificate", "visit_certificate")
DISEASE_KEY = re.compile(r"[a-z0-9_-]+/[1-9][0-9]*")
CODE = re.compile(r"[A-Za-z0-9_-]+")

CLAIM_FIELDS = frozenset(
    {
        "claim_no", "id_number", "visit_type", "admitted_on", "discharged_on", "bed_days", "referral",
        "diagnosis_code", "diagnosis_name", "chronic_disease", "diseases", "drug_lists", "approval_no",
        "given", "lines", "papers", "message_id", "expected",
    }
)  # fmt: skip
LINE_FIELDS = DETAIL_FIELDS | {
    "line_no", "category", "item_name", "amount", "in_scope", "upfront", "over_limit", "excluded",
}  # fmt: skip
GIVEN_FIELDS = frozenset({"tier", "fund", "amount"})

FIGURE_NAMES = tuple(name.removesuffix("_fen") for name in Figures._fields)

_VISIT_TYPES = frozenset(VisitType.values)
_REFERRALS = frozenset(Referral.values)
_CATEGORIES = frozenset(FeeCategory.values)
_TIERS = frozenset(Tier.values)


def read_claim(data: Any) -> ClaimInput:
    """The claim of a request body.

    Raises:
        RequestInvalidError: fields are wrong; all of them are named, up to fifty.
        TooManyLinesError: more than ``MAX_LINES`` lines.
    """
    errors: list[FieldError] = []
    fields = body_of(data, known=CLAIM_FIELDS, errors=errors)
    visit_type = fields.choice("visit_type", _VISIT_TYPES)
    discharged_on = fields.day("discharged_on")
    inpatient = visit_type == VisitType.INPATIENT
    admitted_on = fields.day("admitted_on", default=None if inpatient else discharged_on)
    chronic = fields.text(
        "chronic_disease",
        most=40,
        pattern=DISEASE_KEY,
        required=visit_type == VisitType.CHRONIC_OUTPATIENT,
    )
    details: list[LineDetail] = []
    claim = ClaimInput(
        claim_no=fields.text("claim_no", most=60, pattern=CLAIM_NO),
        id_number=_id_number(fields),
        visit_type=visit_type,
        admitted_on=admitted_on,
        discharged_on=discharged_on,
        bed_days=fields.whole(
            "bed_days", least=0, most=3_660, default=_nights(admitted_on, discharged_on) if inpatient else 0
        ),
        referral=fields.choice("referral", _REFERRALS, default=Referral.NOT_NEEDED.value),
        diagnosis_code=fields.text("diagnosis_code", most=20),
        diagnosis_name=fields.text("diagnosis_name", most=200),
        lines=_lines(fields, details, visit=(admitted_on, discharged_on)),
        # By number only: a number that is repeated is refused below, whatever else its lines say.
        details=tuple(sorted(details, key=lambda detail: detail.line_no)),
        chronic_disease=chronic,
        diseases=fields.texts("diseases", most=20, length=40, pattern=DISEASE_KEY),
        drug_lists=fields.texts("drug_lists", most=20, length=40, pattern=CODE),
        approval_no=fields.text("approval_no", most=60, required=False),
        given=_given(fields),
        papers=_papers(fields),
        message_id=read_message_id(fields),
        expected=_expected(fields),
    )
    raise_any(errors)
    return claim


def read_id_number(fields: Fields, name: str, text: str) -> str:
    """A normalized ID number; the error never repeats it."""
    try:
        return normalize_id_number(text, today=business_date())
    except IdNumberError as error:
        fields.refuse(name, error.code, f"{error}。")
        return ""


def _id_number(fields: Fields) -> str:
    text = fields.text("id_number", most=40)
    return read_id_number(fields, "id_number", text) if text else ""


def read_message_id(fields: Fields) -> str:
    """The number under which the outcome of this request may be asked for; empty when none is given."""
    return fields.text("message_id", most=30, pattern=MESSAGE_ID, required=False)


def _papers(fields: Fields) -> dict[str, str]:
    """The three papers of a chronic visit: all of them or none."""
    if "papers" not in fields.data:
        return {}
    item = fields.inside("papers")
    item.only(PAPERS)
    return {name: item.text(name, most=40) for name in PAPERS}


def _expected(fields: Fields) -> dict[str, int]:
    """The figures that settling must come to, fen by the name of the column."""
    if "expected" not in fields.data:
        return {}
    item = fields.inside("expected")
    item.only(FIGURE_NAMES)
    return {f"{name}_fen": item.amount(name) for name in FIGURE_NAMES if name in item.data}


def _nights(admitted_on: date, discharged_on: date) -> int:
    return min(3_660, max(0, (discharged_on - admitted_on).days)) or 1


def _given(fields: Fields) -> tuple[GivenPayment, ...]:
    rows = fields.rows("given")
    if len(rows) > 50:
        fields.refuse("given", "list_too_long", "given 最多 50 项。")
        return ()
    payments = []
    for index, row in enumerate(rows):
        at = f"{fields.at}/given/{index}"
        if not isinstance(row, dict):
            fields.errors.append(FieldError(at, "object_required", "given 的每一项须为对象。"))
            continue
        item = Fields(row, at=at, label=f"given 第 {index + 1} 项的 ", errors=fields.errors)
        item.only(GIVEN_FIELDS)
        tier: Any = item.choice("tier", _TIERS)
        fund = item.text("fund", most=40)
        payments.append(GivenPayment(tier=tier, fund=fund, amount_fen=item.amount("amount")))
    return tuple(payments)


def _lines(fields: Fields, details: list[LineDetail], *, visit: tuple[date, date]) -> tuple[LineInput, ...]:
    """The bill's lines in the order of their numbers; what some say beyond amounts goes into ``details``.

    Good lines take the short way.
    """
    rows = fields.rows("lines", required=True)
    if len(rows) > MAX_LINES:
        raise TooManyLinesError(f"一张单据最多 {MAX_LINES} 行明细，收到 {len(rows)} 行，请按日或按类合并。")
    if not rows and not fields.errors:
        fields.refuse("lines", "lines_required", "请至少填写一行明细。")
    lines: list[LineInput] = []
    seen: set[int] = set()
    total_fen = 0
    for index, row in enumerate(rows):
        line = _good_line(row) or _explained_line(fields, index, row)
        if isinstance(row, dict) and not DETAIL_FIELDS.isdisjoint(row):
            details.append(read_detail(_item(fields, index, row), row, line.line_no, visit))
        if len(fields.errors) >= MAX_ERRORS:
            break
        if line.line_no in seen:
            fields.refuse(f"lines/{index}/line_no", "line_no_repeated", f"行号 {line.line_no} 重复。")
        seen.add(line.line_no)
        total_fen += line.amount_fen
        lines.append(line)
    if total_fen > MAX_TOTAL_FEN:
        fields.refuse("lines", "total_implausible", "总费用超过 1 亿元，请核对金额的单位（元）。")
    return tuple(sorted(lines))


def _item(fields: Fields, index: int, row: Mapping[str, Any]) -> Fields:
    at = f"{fields.at}/lines/{index}"
    return Fields({**row}, at=at, label=f"第 {index + 1} 行明细的 ", errors=fields.errors)


def _good_line(row: Any) -> LineInput | None:
    """A line without anything wrong, or None; the checks of ``_explained_line`` in one expression."""
    try:
        line = LineInput(
            row["line_no"],
            row["category"],
            row["item_name"].strip(),
            parse_yuan(row["amount"]),
            parse_yuan(row["in_scope"]),
            parse_yuan(row.get("upfront", "0.00")),
            parse_yuan(row.get("over_limit", "0.00")),
            parse_yuan(row.get("excluded", "0.00")),
        )
    except (KeyError, TypeError, AttributeError, AmountFormatError):
        return None
    number, category, name, amount, in_scope, upfront, over_limit, excluded = line
    good = (
        type(number) is int
        and 1 <= number <= 1_000_000
        and category.__class__ is str
        and category in _CATEGORIES
        and 1 <= len(name) <= 200
        and name.isprintable()
        and amount == in_scope + upfront + over_limit + excluded
        # The bitwise or of integers is negative when one of them is.
        and (in_scope | upfront | over_limit | excluded) >= 0
        and LINE_FIELDS.issuperset(row)
    )
    return line if good else None


def _explained_line(fields: Fields, index: int, row: Any) -> LineInput:
    """A line read field by field, so that each error has its name."""
    at = f"{fields.at}/lines/{index}"
    if not isinstance(row, Mapping):
        fields.errors.append(FieldError(at, "object_required", f"第 {index + 1} 行明细须为对象。"))
        return LineInput(-index - 1, "", "", 0, 0, 0, 0, 0)
    known = len(fields.errors)
    item = _item(fields, index, row)
    item.only(LINE_FIELDS)
    line = LineInput(
        item.whole("line_no", least=1, most=1_000_000),
        item.choice("category", _CATEGORIES),
        item.text("item_name", most=200),
        item.amount("amount"),
        item.amount("in_scope"),
        item.amount("upfront", default=0),
        item.amount("over_limit", default=0),
        item.amount("excluded", default=0),
    )
    parts_fen = sum(line[4:])
    if len(fields.errors) == known and parts_fen != line.amount_fen:
        item.refuse(
            "amount",
            "line_parts_mismatch",
            f"各部分（政策范围内、先行自付、超限价自费、全自费）合计 "
            f"{format_yuan(parts_fen)} 元，"
            f"与金额 {format_yuan(line.amount_fen)} 元不等，请核对。",
        )
    return line
