"""The office takes a claim back where the hospital cannot (经办冲销): shown first, posted on confirmation."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction

from settlement.differences import Difference
from settlement.engine.errors import EngineError
from settlement.errors import CorrectionStaleError, ReversalRefusedError
from settlement.models import Claim
from settlement.selectors.years import PostedYear, posted_year
from settlement.services.locking import person_year_lock_by_key
from settlement.services.refolding import fold_from, post_differences

# Stands before the reason of every posting, so that the hospital sees who took its claim back.
BY_OFFICE = "经办冲销："
LONGEST_REASON = 200 - len(BY_OFFICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeReversal:
    """What taking a claim back posts; ``digest`` is what a confirmation names."""

    year: PostedYear
    differences: list[Difference]
    digest: str


def office_reversal_preview(*, claim: Claim) -> OfficeReversal:
    """What a reversal would post on the claim and on the person's later ones (预览冲销); writes nothing.

    Raises:
        ReversalRefusedError: the claim cannot be taken back here.
    """
    if hasattr(claim, "manual"):
        raise ReversalRefusedError("该费用由零星报销生成，请在其零星报销页面冲销。")
    if claim.year_end:
        raise ReversalRefusedError("年末补算不是医疗机构的单据，不能冲销；冲销有关费用后它会随之重算。")
    year = posted_year(claim.person_year_id)
    if any(one.is_reversed for one in year.claims if one.id == claim.pk):
        raise ReversalRefusedError("该费用已经冲销，没有重复记账。")
    try:
        due = fold_from(year, claim.pk, {}, removed=claim.pk)
    except EngineError as error:
        raise ReversalRefusedError(f"冲销后本年度以后的费用无法重算：{error}") from error
    return OfficeReversal(year=year, differences=due, digest=_digest(due))


@transaction.atomic
def office_reversal_confirm(*, claim: Claim, reason: str, digest: str) -> OfficeReversal:
    """Take the claim back and adjust the person's later claims, as shown (确认冲销).

    Raises:
        ReversalRefusedError: see above.
        CorrectionStaleError: something was posted since it was shown.
    """
    person_year_lock_by_key(claim.person_year_id)
    reversal = office_reversal_preview(claim=claim)
    if reversal.digest != digest:
        raise CorrectionStaleError
    post_differences(reversal.year, reversal.differences, reason=f"{BY_OFFICE}{reason}"[:200])
    return reversal


def _digest(due: list[Difference]) -> str:
    content = json.dumps([[one.claim.id, one.figures, one.parts] for one in due])
    return hashlib.sha256(content.encode()).hexdigest()
