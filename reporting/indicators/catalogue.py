"""The indicators (指标目录): one row each, as the documents name them.

A ratio is that of two sums over the same rows; regions above the county divide their own sums, so nothing is
ever an average of ratios. Where the documents give no formula, ``note`` says how it was read: provisional.
"""

from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from common.codes import FeeCategory, Referral
from reporting.indicators.kinds import Counted, Direction, Indicator
from reporting.indicators.sources import (
    ASSISTANCE,
    CATASTROPHIC,
    FIGURES,
    LINES,
    PEOPLE,
    POSTINGS,
)
from reporting.indicators.timing import TIMING
from reporting.models import IndicatorFigure

Figure = IndicatorFigure.Code
DRUGS = (FeeCategory.WESTERN_MEDICINE, FeeCategory.HERBAL_PIECES, FeeCategory.CHINESE_PATENT_MEDICINE)
TESTS = (FeeCategory.EXAMINATION, FeeCategory.LABORATORY)


def _if(condition: Q, then: Any, otherwise: Any = 0) -> Case:
    return Case(
        When(condition, then=then if isinstance(then, Combinable) else Value(then)),
        default=Value(otherwise),
        output_field=IntegerField(),
    )


def _reported(code: str, column: str) -> Case:
    return _if(Q(code=code), F(column))


def _share_of_lines(code: str, name: str, categories: tuple[str, ...], clauses: str) -> Indicator:
    return Indicator(
        code=code,
        name=f"{name}占比",
        numerator=name,
        denominator="医疗总费用",
        counted=Counted.MONEY,
        clauses=clauses,
        source=LINES,
        above=_if(Q(claim__lines__category__in=categories), F("line_fen")),
        below=F("line_fen"),
    )


def _by_figure(code: str, name: str, numerator: str, denominator: str, **rest: Any) -> Indicator:
    return Indicator(
        code=code,
        name=name,
        numerator=numerator,
        denominator=denominator,
        counted=Counted.NUMBER,
        source=FIGURES,
        above=_reported(code, "numerator"),
        below=_reported(code, "denominator"),
        direction=Direction.AT_LEAST,
        **rest,
    )


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        code="insured",
        name="参保率",
        numerator="当年已参保人数",
        denominator="期末建档立卡贫困人口",
        counted=Counted.NUMBER,
        clauses="郑卫农卫〔2019〕5号 一；黔南医保发〔2019〕36号 二(一)；鞍医保发〔2019〕37号 二",
        source=PEOPLE,
        above=_if(Q(insured=True), 1),
        below=Value(1),
        target="target-insured",
        direction=Direction.AT_LEAST,
        note="大病保险、医疗救助随基本医疗保险覆盖，用同一个率。",
    ),
    Indicator(
        code="family-doctor",
        name="家庭医生签约率",
        numerator="期末在签约期内的人数",
        denominator="期末建档立卡贫困人口",
        counted=Counted.NUMBER,
        clauses="郑卫农卫〔2019〕5号 一",
        source=PEOPLE,
        above=_if(Q(contracts_kept=True, contracted=True), 1),
        below=_if(Q(contracts_kept=True), 1),
        target="target-family-doctor",
        direction=Direction.AT_LEAST,
        note="本系统没有任何签约记录的县（市、区）不计。",
    ),
    _by_figure(
        Figure.VILLAGE_CLINIC,
        "贫困村标准化卫生室覆盖率",
        "有标准化卫生室的贫困村数",
        "贫困村数",
        clauses="郑卫农卫〔2019〕5号 一",
        target="target-village-clinic",
    ),
    _by_figure(
        Figure.VILLAGE_DOCTOR,
        "贫困村合格乡村医生覆盖率",
        "有合格乡村医生的贫困村数",
        "贫困村数",
        clauses="郑卫农卫〔2019〕5号 一",
        target="target-village-clinic",
    ),
    Indicator(
        code="reimbursement",
        name="医疗费用实际报销比例",
        numerator="各保障层次支付合计",
        denominator="医疗总费用",
        counted=Counted.MONEY,
        clauses="郑卫农卫〔2019〕5号 一、二(四)",
        source=POSTINGS,
        above=F("paid_fen"),
        below=F("total_fen"),
        target="target-reimbursement",
        direction=Direction.AT_LEAST,
        note="医疗机构减免和承担的费用不算报销（文件未写公式，待核实）。",
    ),
    Indicator(
        code="inpatient-in-policy",
        name="住院政策范围内实际报销比例",
        numerator="住院基本医保支付",
        denominator="住院政策范围内费用",
        counted=Counted.MONEY,
        clauses="黔南医保发〔2019〕36号 二(四)1",
        source=POSTINGS,
        above=_if(Q(inpatient=True), F("basic_fen")),
        below=_if(Q(inpatient=True), F("in_scope_fen")),
        target="target-inpatient-rate",
        direction=Direction.AT_LEAST,
        note="条款在基本医疗保险一节，故只计基本医保支付；先行自付不在分母（待核实）。",
    ),
    Indicator(
        code="in-county",
        name="县域内就诊率",
        numerator="在参保县（市、区）内就诊人次",
        denominator="就诊总人次",
        counted=Counted.NUMBER,
        clauses="郑卫农卫〔2019〕5号 一",
        source=POSTINGS,
        above=_if(Q(at_home=True), F("sign")),
        below=F("sign"),
        target="target-in-county",
        direction=Direction.AT_LEAST,
        note="只计本系统结算的门诊慢性病、住院等就诊人次。",
    ),
    Indicator(
        code="referred-out",
        name="县域外转诊率",
        numerator="经转诊到县域外住院人次",
        denominator="住院总人次",
        counted=Counted.NUMBER,
        clauses="郑卫农卫〔2019〕5号 二(五)",
        source=POSTINGS,
        above=_if(Q(inpatient=True, at_home=False, claim__referral=Referral.REFERRED), F("sign")),
        below=_if(Q(inpatient=True), F("sign")),
        note="文件要求降低，没有给出目标。",
    ),
    Indicator(
        code="out-of-catalogue",
        name="目录外费用占比",
        numerator="全自费和超限价费用",
        denominator="医疗总费用",
        counted=Counted.MONEY,
        clauses="黔南医保发〔2019〕36号 二(六)；郑卫农卫〔2019〕5号 二(五)",
        source=POSTINGS,
        above=F("excluded_fen") + F("over_limit_fen"),
        below=F("total_fen"),
        target="target-out-of-catalogue",
        direction=Direction.AT_MOST,
    ),
    _share_of_lines("drugs", "药品费用", DRUGS, "黔南医保发〔2019〕36号 二(六)"),
    _share_of_lines(
        "consumables", "卫生材料费用", (FeeCategory.CONSUMABLES,), "黔南医保发〔2019〕36号 二(六)"
    ),
    _share_of_lines("tests", "检查化验费用", TESTS, "黔南医保发〔2019〕36号 二(六)"),
    Indicator(
        code="catastrophic",
        name="重特大疾病医疗救助支出占比",
        numerator="重特大疾病医疗救助支出",
        denominator="医疗救助支出",
        counted=Counted.MONEY,
        clauses="郑民文〔2017〕131号 二(四)",
        source=ASSISTANCE,
        above=_if(Q(rule__startswith=CATASTROPHIC), F("amount_fen")),
        below=F("amount_fen"),
        note="只有把重特大疾病救助单列为规则的政策包才能分清；其他统筹地区尚无数据。",
    ),
    *TIMING,
    _by_figure(
        Figure.MAJOR_DISEASE,
        "大病专项救治率",
        "已救治人数",
        "确诊大病专项救治病种的人数",
        clauses="郑卫农卫〔2019〕5号 二(三)一",
        target="target-major-disease",
        note="确诊未救治的人没有结算，故由县级填报。",
    ),
)
# Each source once, in the order of the indicators.
SOURCES = tuple({indicator.source.code: indicator.source for indicator in INDICATORS}.values())
BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
