"""What patients pay back of sums to recover (登记患者退还). Lock: the county, as batches of payments."""

from datetime import date

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Min

from beneficiaries.models import Person
from common.clock import business_date
from common.money import format_yuan, split_by_weights
from organizations.models import Region
from settlement.manual_errors import RepaymentError
from settlement.models import PatientRepayment, Payment, RepaymentShare
from settlement.selectors.payouts import Open, fund_balances, open_of

REFERENCE_ONCE = "repayment_reference_once"


@transaction.atomic
def repayment_record(
    *,
    person: Person,
    county: Region,
    amount_fen: int,
    received_on: date,
    bank_reference: str,
    by: User,
    note: str = "",
) -> PatientRepayment:
    """Record what a patient paid back (登记退还); the tiers' funds get it in proportion to what each is owed.

    Raises:
        RepaymentError: nothing or less is to be recovered, a day that cannot be, no reference or a known one.
    """
    # As for a batch: nobody lists or repays the same sums meanwhile.
    Region.objects.select_for_update(no_key=True).get(pk=county.pk)
    each = open_of(person=person, county=county)
    owed_fen = -each.amount_fen
    if owed_fen <= 0:
        raise RepaymentError("该患者没有待追回的款项，不能登记退还。")
    if not 0 < amount_fen <= owed_fen:
        raise RepaymentError(f"退还金额须大于零，且不超过待追回的 {format_yuan(owed_fen)} 元。")
    if not bank_reference.strip():
        raise RepaymentError("请填写银行流水号。")
    paid = Payment.objects.filter(claim__person=person, county=county, payee=Payment.Payee.PATIENT)
    first = paid.aggregate(day=Min("posted_on"))["day"]
    if not first <= received_on <= business_date():
        raise RepaymentError(f"到账日期须在 {first.isoformat()} 至今天之间。")
    repayment = PatientRepayment(
        person=person,
        county=county,
        amount_fen=amount_fen,
        received_on=received_on,
        bank_reference=bank_reference.strip(),
        note=note.strip(),
        by=by,
    )
    try:
        with transaction.atomic():
            repayment.save()
    except IntegrityError as error:
        if REFERENCE_ONCE not in str(error):
            raise
        raise RepaymentError(
            f"银行流水号“{repayment.bank_reference}”已登记过，请核对是否重复登记。"
        ) from None
    _shares_write(repayment, _shares_of(each, amount_fen))
    return repayment


@transaction.atomic
def repayment_undo(*, repayment: PatientRepayment, reason: str, by: User) -> PatientRepayment:
    """Take a wrong entry back by one of the opposite amount (撤销退还登记); the sum is to be recovered again.

    Raises:
        RepaymentError: no reason, or it was taken back before.
    """
    Region.objects.select_for_update(no_key=True).get(pk=repayment.county_id)
    if not reason.strip():
        raise RepaymentError("请写明撤销的原因。")
    if repayment.undoes_id is not None or PatientRepayment.objects.filter(undoes=repayment).exists():
        raise RepaymentError("这笔退还已经撤销，或本身就是撤销记录。")
    back = PatientRepayment.objects.create(
        person_id=repayment.person_id,
        county_id=repayment.county_id,
        amount_fen=-repayment.amount_fen,
        received_on=business_date(),
        undoes=repayment,
        note=reason.strip(),
        by=by,
    )
    shares = repayment.shares.values_list("tier", "fund", "amount_fen")
    _shares_write(back, {(tier, fund): -fen for tier, fund, fen in shares})
    return back


def _shares_of(each: Open, amount_fen: int) -> dict[tuple[str, str], int]:
    owed = {key: -fen for key, fen in fund_balances(each=each).items() if fen < 0}
    return dict(zip(owed, split_by_weights(amount_fen, list(owed.values())), strict=True))


def _shares_write(repayment: PatientRepayment, shares: dict[tuple[str, str], int]) -> None:
    RepaymentShare.objects.bulk_create(
        RepaymentShare(repayment=repayment, tier=tier, fund=fund, amount_fen=fen)
        for (tier, fund), fen in shares.items()
        if fen
    )
