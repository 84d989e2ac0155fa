"""One row of every table that pages show, for one county (各表一行): so that no page lacks a stranger's row.

A table joins by itself: columns that must be filled get the plainest value of their kind, and every text says
whose it is (``mark``). Only what constraints ask for beyond that stands in ``COLUMNS``.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

from beneficiaries.models import ChronicCertificate, RegisterEntry, RegisterKind
from beneficiaries.services.registers import entry_attach
from common import encryption
from common.models import Job
from organizations.models import HospitalKey
from organizations.services import hospital_key_issue
from reimbursement.models import LedgerPayment, QuarterlyLedger
from reimbursement.services import (
    Actor,
    county_submit,
    item_pay,
    ledger_confirm,
    ledger_review,
    submission_approve,
)
from settlement.models import Claim, Payment, PayoutItem, PayoutLine, RepaymentShare

DAY = date(2019, 5, 6)
# Filled, though the column may be empty.
FILLED = object()
# What a constraint asks for beyond a value in every column that must have one.
COLUMNS: dict[str, dict[str, Any]] = {
    "beneficiaries.CertificationDecision": {"valid": None, "reason": "示例"},
    "beneficiaries.CertificationStep": {"note": "示例"},
    "beneficiaries.CertificateStep": {"kind": "ended", "reason": "示例"},
    "beneficiaries.HealthCardStep": {"reason": "示例"},
    "beneficiaries.Identity": {"category": "minimum_living"},
    "beneficiaries.IdentityChange": {"kind": "recognised", "after": DateRange(DAY, None)},
    "organizations.SavedView": {"list_name": "settlement_claim", "parameters": "o=1"},
    "organizations.ApiCall": {"hospital": FILLED},
    "organizations.LoginRecord": {"address": "192.0.2.1"},
    "reporting.ListExport": {"list_name": "settlement_claim"},
    "reimbursement.PremiumSheetLine": {"amount_fen": 1, "contribution_fen": 1, "due_fen": 1},
    "reimbursement.PremiumSheet": {"status": "open"},
    "reporting.IndicatorFigure": {"numerator": 1, "denominator": 2},
    "reporting.Notice": {
        "shown_to": date(2099, 1, 1), "row_count": 0, "total_fen": 0, "paid_fen": 0, "patient_fen": 0,
    },
    "settlement.Flag": {"rule": "示例"},
    "settlement.ManualClaim": {"due_on": DAY},
    "settlement.ManualLine": {"in_scope_fen": 1, "upfront_fen": 0, "over_limit_fen": 0, "excluded_fen": 0},
    "settlement.PatientRepayment": {"bank_reference": FILLED},
    "settlement.PayoutResult": {"bounced": True, "reason": "示例"},
}  # fmt: skip
_serial = count(1)


@dataclass(slots=True, kw_only=True)
class Rows:
    """The rows of one county; ``of`` gives the one of a table, made when it is first asked for."""

    mark: str
    kept: dict[type[Model], Model] = field(default_factory=dict)

    def give(self, *rows: Model) -> None:
        """Rows that are there already and that others point at."""
        self.kept |= {type(row): row for row in rows}

    def of(self, model: type[Model]) -> Model:
        """The county's row of ``model``."""
        if model not in self.kept:
            self.kept[model] = self._made(model)
        return self.kept[model]

    def _made(self, model: type[Model]) -> Model:
        extra = COLUMNS.get(model._meta.label, {})
        filled = {
            column.name: self._value(column)
            for column in model._meta.concrete_fields
            if extra.get(column.name) is FILLED or (column.name not in extra and _must_be_filled(column))
        }
        return model._default_manager.create(**extra | filled)

    def _value(self, column: Any) -> Any:
        if column.related_model is not None:
            return self.of(column.related_model)
        if column.choices:
            return next(key for key, _ in column.flatchoices if key)
        kind = column.get_internal_type()
        if kind in {"CharField", "TextField", "SlugField", "FileField"}:
            return f"{self.mark}{next(_serial)}"[: column.max_length]
        plain = {
            "DateField": DAY, "DateTimeField": datetime(2019, 5, 6, tzinfo=UTC), "BooleanField": False,
            "DateRangeField": DateRange(DAY, None), "JSONField": {}, "ArrayField": [],
            "UUIDField": uuid4(),
            "BinaryField": encryption.encrypt("6222020012345678901"),
        }  # fmt: skip
        return plain.get(kind, 1)


def _must_be_filled(column: Any) -> bool:
    made_by_itself = column.primary_key or column.generated or getattr(column, "auto_now", False)
    stamped = getattr(column, "auto_now_add", False) or column.default is not NOT_PROVIDED
    return not (made_by_itself or stamped or column.null or column.blank)


def county_rows(*, mark: str, claim: Claim, user: User) -> Rows:
    """The rows around a settled claim of the quarter that is over: its person, ledgers, payment, key.

    One ledger is open; another went the whole way to its payment, as only the services make it go.
    """
    rows = Rows(mark=mark)
    settlement = claim.settlements.get()
    person = claim.person
    type(person).objects.filter(pk=person.pk).update(name=f"{mark}人")
    rows.give(
        user, claim, person, claim.hospital, claim.insured_county, person.household, claim.policy, settlement,
        claim.person_year, Payment.objects.filter(claim=claim).order_by("pk")[0],
        ChronicCertificate.objects.get(person=person),
    )  # fmt: skip
    ledgers = QuarterlyLedger.objects.filter(county=claim.insured_county, lines__amount_fen__gt=0)
    sent, still_open = ledgers.distinct().order_by("kind_code")[:2]
    rows.give(still_open, still_open.lines.order_by("pk")[0], _paid(sent, user))
    payment = rows.kept[LedgerPayment]
    rows.give(payment.item, payment.item.submission, payment.item.approvals.get())
    hospital_key_issue(hospital=claim.hospital, name=mark)
    rows.give(HospitalKey.objects.get(name=mark), Job.objects.create(title=f"{mark}任务", owner=user))
    _file_kept(rows, user)
    PayoutLine.objects.create(item=rows.of(PayoutItem), payment=rows.of(Payment), amount_fen=1)
    rows.of(RepaymentShare)
    return rows


def _file_kept(rows: Rows, user: User) -> None:
    """A register's entry with its file."""
    rows.give(RegisterKind.objects.get(code="problems"))
    entry = rows.of(RegisterEntry)
    rows.give(entry_attach(entry=entry, name="表.pdf", content=b"%PDF-1.7 x", by=user))


def _paid(ledger: QuarterlyLedger, user: User) -> LedgerPayment:
    """The ledger confirmed, reviewed, submitted, approved and paid in part."""
    ledger_confirm(ledger_id=ledger.pk, by=Actor(user=user))
    ledger_review(ledger_id=ledger.pk, by=user)
    sent = county_submit(kind=ledger.kind, county=ledger.county, year=ledger.year, quarter=ledger.quarter)
    submission_approve(submission_id=sent.pk, first_only=False, by=user)
    item = sent.items.order_by("pk")[0]
    return item_pay(
        item_id=item.pk, amount_fen=1, paid_on=sent.submitted_on, bank_reference=f"{user.pk}-1", by=user
    )
