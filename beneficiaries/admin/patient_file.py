"""Parts of the person's page: the patient's file (患者档案, 郑卫〔2017〕214号 三(三))."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from beneficiaries.admin.family_doctors import follow_up_state
from beneficiaries.admin.registers import state_cell
from beneficiaries.models import FollowUp, Person, TreatmentMeasure
from common.admin_panels import Cell, Table, link, period, text, yuan
from common.clock import business_date
from common.timeline import Bar, Timeline

ROWS_SHOWN = 12


def timeline_of(person: Person) -> Timeline:
    """Identities, insurance, certificates and contracts over the years, from what the page fetched."""
    bars = [
        Bar(label=identity.get_category_display(), kind="identity", valid=identity.valid)
        for identity in sorted(person.identities.all(), key=lambda row: row.valid.lower or date.min)
    ]
    bars += [
        Bar(
            label=enrolment.get_insurance_type_display(),
            kind="enrolment",
            valid=DateRange(date(enrolment.year, 1, 1), date(enrolment.year + 1, 1, 1)),
        )
        for enrolment in sorted(person.enrolments.all(), key=lambda row: row.year)
    ]
    bars += [
        Bar(label=certificate.disease_name, kind="certificate", valid=certificate.valid)
        for certificate in person.certificates.all()
    ]
    bars += [
        Bar(label="家庭医生签约", kind="contract", valid=contract.valid)
        for contract in person.doctor_contracts.all()
    ]
    return Timeline(title="时间轴", bars=bars, today=business_date())


def measures_of(person: Person) -> Table:
    """How each certified disease is treated, the latest first."""
    measures = TreatmentMeasure.objects.filter(certificate__person=person).select_related("certificate", "by")
    return Table(
        title="治疗措施",
        headers=("日期", "病种", "治疗措施（方案、用药）", "登记人"),
        rows=[
            (
                text(measure.on),
                link(measure.certificate, label=measure.certificate.disease_name),
                text(measure.measure),
                text(measure.by),
            )
            for measure in measures.order_by("-on", "-id")[:ROWS_SHOWN]
        ],
        empty="没有登记治疗措施",
    )


def contracts_of(person: Person) -> Table:
    """Contracts with family doctors."""
    return Table(
        title="家庭医生签约",
        headers=("服务期", "签约机构", "家庭医生", "服务包", "年服务费（元）", "付费方"),
        rows=[
            (
                link(contract, label=period(contract.valid)),
                text(contract.hospital),
                Cell(text=contract.doctor, note=contract.team),
                text(contract.package),
                yuan(contract.fee_fen),
                text(contract.get_payer_display()),
            )
            for contract in person.doctor_contracts.all()
        ],
        numeric=frozenset({4}),
        empty="没有家庭医生签约",
    )


def follow_ups_of(person: Person) -> Table:
    """Follow-ups: what comes first, then what was done, the latest first."""
    today = business_date()
    rows = FollowUp.objects.filter(contract__person=person).select_related("contract", "done_by")
    return Table(
        title="随访",
        headers=("计划日期", "方式", "状态", "完成日期", "内容", "登记人"),
        rows=[
            (
                link(row, label=row.planned_on.isoformat()),
                text(row.get_kind_display()),
                follow_up_state(row.planned_on, done=row.done_on is not None, today=today),
                text(row.done_on),
                text(row.content),
                text(row.done_by),
            )
            for row in rows.order_by("-planned_on", "-id")[:ROWS_SHOWN]
        ],
        empty="没有随访",
    )


def entries_of(person: Person) -> Table:
    """What registers say about the person."""
    entries = person.register_entries.select_related("kind")[:ROWS_SHOWN]
    return Table(
        title="登记簿中的记录",
        headers=("日期", "登记簿", "内容", "状态"),
        rows=[
            (
                Cell(
                    text=entry.happened_on.isoformat(),
                    url=reverse("admin:beneficiaries_registerentry_change", args=[entry.pk]),
                    unbroken=True,
                ),
                text(entry.kind),
                text(entry.summary),
                state_cell(entry),
            )
            for entry in entries
        ],
        empty="登记簿里没有记录",
    )
