"""What a pack says about certification (慢性病鉴定): exam standards, times of application."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from policies.codes import ApplicationTiming
from policies.models import ApplicationRule, Disease, ExamStandard, Policy
from policies.selectors import disease_list_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamSplit:
    """The exams of an application against the standard (鉴定项目与标准的对照).

    Attributes:
        waived: in the standard, free for the poor.
        charged: in the standard, but not waived.
        outside: not in the standard: never waived, never claimed from the county.
        missing: in the standard, but not done.
    """

    waived: tuple[str, ...]
    charged: tuple[str, ...]
    outside: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Whether a disease may be applied for on a day (能否申请鉴定), and by which clause.

    ``reason`` is a Chinese sentence for the applicant.
    """

    accepted: bool
    timing: ApplicationTiming | None
    reason: str
    clause: str
    provisional: bool


def exam_standard_of(*, policy: Policy, disease: str) -> ExamStandard | None:
    """The standard of a disease ``list/number`` (鉴定标准), None where the pack has none."""
    standards = ExamStandard.objects.filter(policy=policy, code=disease)
    return standards.select_related("clause__document").first()


def exam_items_split(*, standard: ExamStandard | None, items: Sequence[str]) -> ExamSplit:
    """Which of the exams done are waived (郑卫〔2017〕214号 三(二)): only those of the standard.

    Names are compared without spaces and full-width forms; an exam done twice is waived once, the second is
    outside. Without a standard nothing is waived.
    """
    free = {_plain(name): name for name in (standard.items if standard else ())}
    paid = {_plain(name): name for name in (standard.charged_items if standard else ())}
    waived, charged, outside = [], [], []
    for item in items:
        name = _plain(item)
        if name in free:
            waived.append(free.pop(name))
        elif name in paid:
            charged.append(paid.pop(name))
        else:
            outside.append(item)
    return ExamSplit(
        waived=tuple(waived),
        charged=tuple(charged),
        outside=tuple(outside),
        missing=(*free.values(), *paid.values()),
    )


def application_acceptance(*, policy: Policy, disease: Disease, on: date) -> Acceptance:
    """Whether certification of a disease may be applied for on a day (能否申请).

    The first row for one of the disease's lists holds (郑卫〔2017〕214号 二(二), 三(二);
    郑卫农卫〔2019〕5号 二(三)). Existing certificates are honoured whatever this says.
    """
    lists = disease_list_codes(key=disease.key)
    rows = (
        ApplicationRule.objects.filter(policy=policy).select_related("clause__document").order_by("position")
    )
    for row in rows:
        if lists.intersection(row.disease_lists) and (
            disease.any_time_application or not row.at_any_time_only
        ):
            accepted, reason = _accepted(row, disease, on)
            return Acceptance(
                accepted=accepted,
                timing=ApplicationTiming(row.timing),
                reason=reason,
                clause=str(row.clause or ""),
                provisional=row.provisional,
            )
    return Acceptance(
        accepted=False,
        timing=None,
        reason=f"“{disease.name}”不在{policy.city_name}受理鉴定的病种内。",
        clause="",
        provisional=False,
    )


def _accepted(row: ApplicationRule, disease: Disease, on: date) -> tuple[bool, str]:
    if row.timing == ApplicationTiming.CLOSED:
        return False, f"“{disease.name}”只认可原有鉴定，不再受理新的申请。"
    if row.timing == ApplicationTiming.ANY_TIME:
        return True, f"“{disease.name}”可随时申请。"
    if row.timing == ApplicationTiming.MONTHLY:
        return True, f"“{disease.name}”按月申报。"
    if not row.months:
        return True, f"“{disease.name}”在申报期内申请，申报期由经办机构公布。"
    months = "、".join(f"{month} 月" for month in row.months)
    return on.month in row.months, f"“{disease.name}”在申报期（{months}）内申请。"


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
