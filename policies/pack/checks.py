"""What a row must satisfy by itself (单行检查): a Chinese sentence, or "" when all is well.

The database refuses the same; here the office learns the line and what to write.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import cast

from common.money import BASIS_POINTS
from policies.codes import ApplicationTiming, PremiumAidKind, UpliftKind
from policies.pack.rows import Row

_ICD10 = re.compile(r"[A-Z]\d{2}(?:\.\d)?|M\d{4}")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_CITY = re.compile(r"[1-9]\d{5,11}")
_BP_KINDS = {
    UpliftKind.DEDUCTIBLE_SCALE,
    UpliftKind.RATE_ADD,
    UpliftKind.DRUG_RATE_ADD,
    UpliftKind.RATE_FLOOR,
    UpliftKind.RATE_CUT,
}


def is_cited(row: Row) -> str:
    """Every number stands on a clause or is marked provisional (待核实)."""
    if row.text("clause") or row.values["provisional"]:
        return ""
    return "须写明依据条款 clause，或标为待核实 provisional: true。"


def band_is_a_slice(row: Row) -> str:
    """A band's ceiling lies above its floor."""
    floor_fen, ceiling_fen = row.number("floor_fen"), row.number("ceiling_fen")
    if floor_fen is None or row.number("rate_bp") is None:
        return "分段须写明 from 和 rate。"
    if ceiling_fen is not None and ceiling_fen <= floor_fen:
        return "分段的上限 to 须大于下限 from。"
    return ""


def bands_do_not_overlap(row: Row) -> str:
    """No two bands of a rule cover the same amount."""
    bands: Sequence[Row] = row.children.get("bands", ())
    for lower, upper in pairwise(bands):
        ceiling_fen = lower.number("ceiling_fen")
        if ceiling_fen is None or ceiling_fen > (upper.number("floor_fen") or 0):
            return f"第 {upper.line} 行的分段与前一段重叠，请调整 from。"
    return ""


def rule_is_complete(row: Row) -> str:
    """Pools that the way of computing needs are named."""
    if row.values["measured"] == "year" and not row.text("base_pool"):
        return "按年累计的规则须写明基数累计池 base_pool。"
    if row.values["accrual"] == "catch_up" and not (
        row.values["measured"] == "year" and row.text("paid_pool")
    ):
        return "补算的规则须按年累计，并写明支付累计池 paid_pool。"
    if bool(row.text("starts_pool")) != (row.number("starts_reaches_fen") is not None):
        return "starts_pool 与 starts_reaches 须同时填写。"
    if any(amount is None for amount in cast("list[object]", row.values["deductible_amounts_fen"])):
        return "起付线不得为空；尚未确定时写 deductible: []。"
    return ""


def uplift_value_fits_kind(row: Row) -> str:
    """An uplift states what its kind needs and nothing else."""
    kind = row.text("kind")
    needs_rate, needs_count = kind in _BP_KINDS, kind == UpliftKind.DEDUCTIBLE_WAIVE_FIRST
    if needs_rate != (row.number("value_bp") is not None):
        return "须填写比例 rate。" if needs_rate else "这种倾斜方式不填比例 rate。"
    if kind == UpliftKind.DRUG_RATE_ADD and not row.texts("drug_lists"):
        return "药品比例提高须在 when 中写明药品目录 drug_lists。"
    if needs_count != bool(row.number("admissions")):
        return "须填写次数 admissions。" if needs_count else "这种倾斜方式不填次数 admissions。"
    return ""


def waiver_is_possible(row: Row) -> str:
    """Items are free on the bill only; a waiver of nothing is a mistake."""
    if not row.number("rate_bp"):
        return "减免比例 rate 须大于 0%。"
    if row.texts("categories") and row.values["stage"] != "bill":
        return "按费用类别的减免只能在医保结算前进行。"
    return ""


def weight_is_positive(row: Row) -> str:
    """A fund that bears nothing is not listed."""
    return "" if row.number("weight") else "权重 weight 须为正整数。"


def contribution_is_complete(row: Row) -> str:
    """A contribution is known, and the central budget gives no more than it."""
    amount_fen, subsidy_fen = row.number("amount_fen"), row.number("central_subsidy_fen")
    if amount_fen is None:
        return "须填写个人缴费 amount。"
    if subsidy_fen is not None and subsidy_fen > amount_fen:
        return "中央财政补助 central_subsidy 不得超过个人缴费 amount。"
    return ""


def aid_fits_kind(row: Row) -> str:
    """An aid states what its kind needs and nothing else."""
    kind = row.text("kind")
    if (kind == PremiumAidKind.FIXED) != bool(row.number("amount_fen")):
        return "须填写定额 amount。" if kind == PremiumAidKind.FIXED else "只有定额资助填写 amount。"
    if (kind == PremiumAidKind.NONE) == bool(row.text("funding")):
        return "不资助的条目不写 funding。" if row.text("funding") else "须写明资金方案 funding。"
    return ""


def aid_ages_have_a_day(row: Row) -> str:
    """An age is one on a stated day."""
    low, high = row.number("age_from"), row.number("age_below")
    if (low is None and high is None) != (row.text("age_on") == ""):
        return "年龄条件 age_from、age_below 须与年龄计算日 age_on 同时填写。"
    if row.text("age_on") and not _MONTH_DAY.fullmatch(row.text("age_on")):
        return '年龄计算日 age_on 须写成 "01-01" 的形式。'
    if low is not None and high is not None and low >= high:
        return "年龄上限 age_below 须大于下限 age_from。"
    return ""


def override_names_a_county(row: Row) -> str:
    """A row replaces another only in one county."""
    if row.text("overrides") and not row.text("county_code"):
        return "overrides 须与县区代码 county_code 同时填写。"
    return ""


def disbursement_has_its_days(row: Row) -> str:
    """Two parts have two deadlines; a payment in full has no rest."""
    share_bp = row.number("first_share_bp") or 0
    first, rest = row.number("first_working_days"), row.number("rest_working_days")
    if share_bp <= 0:
        return "首付比例 first_share 须大于 0%。"
    if share_bp == BASIS_POINTS:
        return "" if rest is None else "全额拨付没有余款，不填 rest_working_days。"
    return "" if first and rest else "分两次拨付须填写 first_working_days 和 rest_working_days。"


def exam_items_are_named_once(row: Row) -> str:
    """A standard names its exams, each once."""
    items = [*row.texts("items"), *row.texts("charged_items")]
    if not row.texts("items"):
        return "须列出减免项目 items。"
    return "" if len(set(items)) == len(items) else "同一鉴定项目写了两次。"


def months_are_months(row: Row) -> str:
    """Windows are months of the year; other ways have none."""
    months = cast("Sequence[int | None]", row.values["months"])
    if months and row.text("timing") != ApplicationTiming.WINDOWS:
        return "只有按申报期申请的填写 months。"
    return "" if all(month and month <= 12 for month in months) else "申报月份 months 须为 1 至 12。"


def period_is_a_period(row: Row) -> str:
    """A pack begins on a day and ends after it."""
    start, end = row.values["valid_from"], row.values["valid_to"]
    if not isinstance(start, date):
        return "须写明起始日 from。"
    if isinstance(end, date) and end <= start:
        return "截止日 to（不含）须晚于起始日 from。"
    return ""


def city_code_is_a_number(row: Row) -> str:
    """City codes are 行政区划代码."""
    return "" if _CITY.fullmatch(row.text("city_code")) else "city_code 须为 6 至 12 位行政区划代码。"


def number_has_no_space(row: Row) -> str:
    """``文号 条款号`` is split at its space."""
    return "文号不得含空格。" if " " in row.text("number") else ""


def icd10_is_a_range(row: Row) -> str:
    """ICD-10 codes like C00 or E11.6, morphology like M8936."""
    first, last = row.text("first"), row.text("last")
    if not _ICD10.fullmatch(first) or (last and not _ICD10.fullmatch(last)):
        return "疾病编码须写成 C00、E11.6 或 M8936 的形式。"
    return "截止编码须不小于起始编码。" if last and last < first else ""
