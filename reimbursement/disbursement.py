"""Two payments of one application (拨付): a first share, then what is left, each by its day."""

from dataclasses import dataclass
from datetime import date

from common.money import BASIS_POINTS, share_of
from common.working_days import NO_OVERRIDES, Deadline, Overrides, deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class DisbursementPlan:
    """How an application is paid (拨付办法).

    ``first_working_days`` count from receipt, ``rest_working_days`` from the last day of the first: by
    黔南医保发〔2019〕36号 二(五)1 the rest is due 25 working days after receipt. None: the document sets no
    day, or there is no rest.
    """

    row_code: str
    clause: str
    provisional: bool
    first_share_bp: int
    first_working_days: int | None
    rest_working_days: int | None


# In full, by no day: where the pack has no row.
IN_FULL = DisbursementPlan(
    row_code="",
    clause="",
    provisional=False,
    first_share_bp=BASIS_POINTS,
    first_working_days=None,
    rest_working_days=None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisbursementParts:
    """What is paid first and what is left (首付、余款), fen."""

    first_fen: int
    rest_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DisbursementDues:
    """By when the parts are due (拨付期限); None where the document sets no day or nothing is left."""

    first: Deadline | None
    rest: Deadline | None


def disbursement_parts(*, total_fen: int, plan: DisbursementPlan) -> DisbursementParts:
    """Split an application: the first part rounded half up, the rest a subtraction.

    Raises:
        ValueError: the total is negative.
    """
    if total_fen < 0:
        raise ValueError(f"cannot pay {total_fen} fen")
    first_fen = share_of(total_fen, plan.first_share_bp)
    return DisbursementParts(first_fen=first_fen, rest_fen=total_fen - first_fen)


def disbursement_dues(
    *, received_on: date, plan: DisbursementPlan, overrides: Overrides = NO_OVERRIDES
) -> DisbursementDues:
    """The last days of both payments; the day of receipt does not count."""
    if plan.first_working_days is None:
        return DisbursementDues(first=None, rest=None)
    first = deadline(received_on, plan.first_working_days, overrides)
    if plan.rest_working_days is None:
        return DisbursementDues(first=first, rest=None)
    in_all = plan.first_working_days + plan.rest_working_days
    return DisbursementDues(first=first, rest=deadline(received_on, in_all, overrides))
