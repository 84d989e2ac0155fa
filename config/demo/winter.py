"""The quarter before (上一季度), settled, submitted, partly paid and put up in public: no page is empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import Person
from config.demo.claims import WINTER, quarter_claims
from config.demo.county import COUNTY_CODE
from organizations.models import Hospital, Region
from organizations.scope import scope_of_user
from policies.models import Fund, LedgerKind
from reimbursement.models import LedgerLine, QuarterlyLedger, Submission
from reimbursement.quarters import Quarter
from reimbursement.services import (
    Actor,
    budget_record,
    county_submit,
    item_pay,
    ledger_confirm,
    ledger_review,
    line_deduct,
    payment_receive,
    quarter_build,
    submission_approve,
)
from reporting.models import PrintSetting
from reporting.services.notices import notice_publish
from settlement.api.claim_in import read_claim
from settlement.models import Claim
from settlement.services import claim_settle

YEAR, QUARTER = 2019, 1
# Every sixth person's claims: enough for each page.
EVERY = 6
# Left for the visitor to review and submit: it is overdue by now.
OPEN_KIND = "supplementary"
BUDGETS = (("county_finance", 60_000_000), ("county_assistance", 45_000_000))


@contextmanager
def lived_on(day: date) -> Iterator[None]:
    """What is done inside is done on ``day``."""
    today = settings.BUSINESS_DATE
    settings.BUSINESS_DATE = day
    try:
        yield
    finally:
        settings.BUSINESS_DATE = today


@transaction.atomic
def winter_play() -> bool:
    """Play the first quarter in one transaction; False when it was played already."""
    county = Region.objects.get(code=COUNTY_CODE)
    if Claim.objects.exists():
        return False
    with lived_on(date(2019, 3, 31)):
        _budgets(county)
        _claims()
    with lived_on(date(2019, 4, 3)):
        quarter_build(year=YEAR, quarter=QUARTER)
        _submit(county)
        _notices(county)
    with lived_on(date(2019, 4, 17)):
        _pay()
    return True


def _budgets(county: Region) -> None:
    for code, amount_fen in BUDGETS:
        budget_record(
            county=county,
            fund=Fund.objects.get(code=code),
            year=YEAR,
            amount_fen=amount_fen,
            document="示例县财预〔2019〕1号",
            by=user_of("finance"),
        )


def _claims() -> None:
    hospitals = {hospital.code: hospital for hospital in Hospital.objects.all()}
    people = Person.objects.filter(county__code=COUNTY_CODE).order_by("pk").prefetch_related("certificates")
    for code, body in quarter_claims(list(people)[::EVERY], since=WINTER):
        claim_settle(hospital=hospitals[code], claim=read_claim(body))


def _submit(county: Region) -> None:
    """Confirmed by all hospitals; reviewed and submitted, but for one kind."""
    office = user_of("office")
    ledgers = QuarterlyLedger.objects.filter(county=county, year=YEAR, quarter=QUARTER)
    for ledger in ledgers.order_by("pk"):
        ledger_confirm(ledger_id=ledger.pk, by=Actor(hospital=ledger.hospital))
    reviewed = ledgers.exclude(kind__code=OPEN_KIND).order_by("pk")
    line = LedgerLine.objects.filter(ledger__in=reviewed.filter(kind__code="assistance")).order_by("pk")[0]
    line_deduct(line_id=line.pk, amount_fen=5_000, reason="床位费超出限价", by=office)
    for ledger in reviewed:
        ledger_review(ledger_id=ledger.pk, by=office)
    for kind in LedgerKind.objects.filter(ledgers__in=reviewed).distinct().order_by("pk"):
        county_submit(kind=kind, county=county, year=YEAR, quarter=QUARTER, by=office)


def _notices(county: Region) -> None:
    by = user_of("office")
    PrintSetting.objects.create(county=county, hotline="0371-12345678")
    for hospital in Hospital.objects.filter(pk__in=Claim.objects.values("hospital"), county=county).order_by(
        "pk"
    ):
        notice_publish(
            scope=scope_of_user(by),
            county=county,
            hospital=hospital,
            quarter=Quarter(YEAR, QUARTER),
            shown_from=date(2019, 4, 3),
            today=date(2019, 4, 3),
            by=by,
        )


def _pay() -> None:
    """The finance bureau approves the first part of the backstop and pays it; a hospital says it came."""
    by = user_of("finance")
    for submission in Submission.objects.filter(kind__code="backstop").order_by("pk"):
        for number, approval in enumerate(
            submission_approve(submission_id=submission.pk, first_only=True, by=by), start=1
        ):
            payment = item_pay(
                item_id=approval.item_id,
                amount_fen=approval.amount_fen,
                paid_on=date(2019, 4, 17),
                bank_reference=f"GH20190417{number:04d}",
                by=by,
            )
            if number == 1:
                hospital = Actor(hospital=approval.item.ledger.hospital)
                payment_receive(payment_id=payment.pk, received_on=date(2019, 4, 17), by=hospital)


def user_of(username: str) -> User:
    """An account of the demonstration."""
    return User.objects.get(username=username)
