"""Receive a claim from papers (受理): complete, never seen before, and such that it can be settled."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from beneficiaries.models import Person
from common.clock import business_date
from common.codes import VisitType
from common.working_days import calendar_overrides, deadline
from organizations.models import Hospital
from organizations.scope import Scope
from settlement.intake import check_dates
from settlement.manual_entry import InvoiceInput, ManualInput, check_entry, check_papers, claim_of
from settlement.manual_errors import InvoiceUsedError, OverlappingStayError
from settlement.models import ManualClaim, ManualGiven, ManualInvoice, ManualLine, ManualStep
from settlement.selectors.manual import (
    invoice_holder,
    manual_enrolment,
    manual_terms,
    overlapping_stays,
    papers_required,
)
from settlement.services.settling import claim_preview

_ONE_INVOICE = "manual_invoice_once"


@transaction.atomic
def manual_claim_receive(
    *, scope: Scope, id_number: str, hospital: Hospital, entry: ManualInput, by: User
) -> ManualClaim:
    """Take a claim from papers in (零星报销受理, 黔南医保发〔2019〕36号 二(五)3); the days begin to count.

    Args:
        scope: of the office; the person must be insured in one of its counties.
        id_number: of the patient, normalized.
        hospital: where the patient was treated.
        entry: what the papers say.
        by: who entered it.

    Raises:
        PersonNotFoundError: nobody of the scope is enrolled under the number.
        PapersMissingError: the papers are incomplete; nothing is written.
        EntryInvalidError, InvoiceUsedError, OverlappingStayError: see there.
        ClaimError, EngineError: it could not be settled as it stands.
    """
    today = business_date()
    check_entry(entry, today=today)
    enrolment = manual_enrolment(scope=scope, id_number=id_number, year=entry.discharged_on.year)
    terms = manual_terms(county=enrolment.county, on=entry.complete_on)
    required = papers_required(terms=terms, person=enrolment.person, on=entry.discharged_on)
    check_papers(entry, required=required)
    overlaps = _overlaps(entry, enrolment.person)
    due = deadline(entry.complete_on, terms.days, calendar_overrides())
    manual = ManualClaim.objects.create(
        person=enrolment.person,
        county=enrolment.county,
        hospital=hospital,
        visit_type=entry.visit_type,
        admitted_on=entry.admitted_on,
        discharged_on=entry.discharged_on,
        bed_days=entry.bed_days,
        referral=entry.referral,
        diagnosis_code=entry.diagnosis_code,
        diagnosis_name=entry.diagnosis_name,
        chronic_disease=entry.chronic_disease,
        drug_lists=list(entry.drug_lists),
        approval_no=entry.approval_no,
        total_fen=entry.total_fen,
        papers=[paper for paper in required if paper in entry.papers],
        township_signed_by=entry.township_signed_by,
        fast_track=entry.fast_track,
        complete_on=entry.complete_on,
        days=terms.days,
        due_on=due.on,
        due_provisional=due.provisional or terms.days_provisional,
        received_by=by,
    )
    _parts_write(manual, entry)
    ManualStep.objects.create(
        manual=manual, kind=ManualStep.Kind.RECEIVED, on=today, by=by, note=_checked(overlaps)
    )
    # Whatever would refuse the settlement is said now, while the applicant is at the window.
    claim = claim_of(manual)
    check_dates(claim, today=today)
    claim_preview(hospital=hospital, claim=claim)
    return manual


def _overlaps(entry: ManualInput, person: Person) -> list[str]:
    if entry.visit_type != VisitType.INPATIENT:
        return []
    found = overlapping_stays(
        person=person,
        admitted_on=entry.admitted_on,
        discharged_on=entry.discharged_on,
    )
    if found and not entry.overlaps_checked:
        raise OverlappingStayError(found)
    return found


def _checked(overlaps: list[str]) -> str:
    return f"就诊时间重叠已核实：{'；'.join(overlaps)}"[:500] if overlaps else ""


def _parts_write(manual: ManualClaim, entry: ManualInput) -> None:
    ManualLine.objects.bulk_create(ManualLine(manual=manual, **line._asdict()) for line in entry.lines)
    ManualGiven.objects.bulk_create(
        ManualGiven(manual=manual, tier=part.tier, fund=part.fund, amount_fen=part.amount_fen)
        for part in entry.given
    )
    # In one order for everybody, so that two entries with the same two invoices cannot wait for each other.
    for invoice in sorted(entry.invoices, key=lambda each: (each.number, each.issuer)):
        _invoice_write(manual, invoice)


def _invoice_write(manual: ManualClaim, invoice: InvoiceInput) -> None:
    issuer = invoice.issuer or manual.hospital.code
    try:
        with transaction.atomic():
            ManualInvoice.objects.create(manual=manual, issuer=issuer, number=invoice.number)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != _ONE_INVOICE:
            raise
        raise InvoiceUsedError(f"{issuer} {invoice.number}", _where(manual, issuer, invoice)) from None


def _where(manual: ManualClaim, issuer: str, invoice: InvoiceInput) -> str:
    used = invoice_holder(issuer=issuer, number=invoice.number)
    if used is None or used.manual.county_id != manual.county_id:
        return "其他县（市、区）的零星报销"
    return f"零星报销 {used.manual.number}"
