"""Daily work on people (人员业务) of the demonstration: each list has something to look at and to do."""

import csv
import io
import random
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from beneficiaries.models import (
    CertificationApplication,
    CertificationPaper,
    DoctorContract,
    FollowUp,
    HealthCard,
    NotInsured,
    Person,
    RegisterEntry,
    RegisterKind,
    RosterImport,
)
from beneficiaries.services import identity_recognise, person_register
from beneficiaries.services.family_doctors import (
    ContractTerms,
    contract_sign,
    follow_up_done,
    follow_up_plan,
    service_fee_post,
)
from beneficiaries.services.health_cards import health_card_issue, health_card_report_lost
from beneficiaries.services.insured_years import not_insured_record
from beneficiaries.services.registers import Entered, entry_close, entry_record, entry_start
from beneficiaries.services.rosters import roster_check, roster_upload
from common.codes import Designation, IdentityCategory
from config.demo.county import COUNTY_CODE, SEED, invented_id_number
from config.demo.winter import user_of
from organizations.models import Hospital, Office, Region
from organizations.scope import EVERYTHING, scope_of_user
from settlement.services.certification import (
    Outcome,
    application_decide,
    application_receive,
    application_review,
    certificates_issue,
    exam_enter,
    exams_finish,
    papers_check,
)
from settlement.services.certification.examining import ExamInput

_PAPERS: dict[str, str] = {
    **dict.fromkeys(CertificationPaper.Paper, CertificationPaper.Result.PRESENT),
    CertificationPaper.Paper.INPATIENT_RECORD: CertificationPaper.Result.NOT_NEEDED,
}
_PROBLEMS = (
    ("柳沟村3户未领取健康保障证", "由乡卫生院上门补发", "自查"),
    ("1名脱贫人口重复参保", "核实后退保一处", "数据比对"),
    ("部分村卫生室未张贴政策明白纸", "重新印发并张贴", "上级检查"),
)
_ENTRIES: tuple[tuple[str, dict[str, Any]], ...] = (
    *[
        ("problems", {"problem": what, "solution": how, "found_by": source})
        for what, how, source in _PROBLEMS
    ],
    ("hotline", {"kind": "咨询", "matter": "异地住院如何备案、如何报销"}),
    ("hotline", {"kind": "投诉", "matter": "住院时被要求预缴押金"}),
    ("linkage", {"partner": "民政", "direction": "接收", "content": "6月低保在册名单", "rows": 52}),
    ("linkage", {"partner": "扶贫", "direction": "比对", "content": "建档立卡动态调整名单", "rows": 310}),
)
_ROSTER = ("姓名", "身份证号码", "人员类别", "乡镇", "行政村", "户编号", "户主")


def contracts_sign() -> None:
    """Family doctors' contracts; follow-ups done, to come and overdue; service fees."""
    if DoctorContract.objects.exists():
        return
    by, hospital = user_of("health"), Hospital.objects.get(code="H41019900001")
    terms = ContractTerms(
        doctor="刘医生", team="城关镇第一团队", signed_on=date(2019, 1, 15), since=date(2019, 1, 15),
        until=date(2020, 1, 15), package="慢性病管理服务包", fee_fen=12_000,
        payer=DoctorContract.Payer.PUBLIC_HEALTH,
    )  # fmt: skip
    for number, person in enumerate(_people().filter(certificates__isnull=False)[:24]):
        contract = contract_sign(person=person, hospital=hospital, terms=terms, by=by)
        first = follow_up_plan(
            contract=contract, kind=FollowUp.Kind.HOME, planned_on=date(2019, 4, 10), by=by
        )
        # Every fourth was not visited since: overdue.
        follow_up_done(
            follow_up=first,
            done_on=date(2019, 4, 10),
            content="血压、用药情况平稳，已指导服药",
            by=by,
            next_on=date(2019, 6, 20) if number % 4 == 0 else date(2019, 7, 10),
        )
        if number % 2:
            service_fee_post(contract=contract, item="随访和用药指导", amount_fen=6_000, by=by)


def cards_issue() -> None:
    """Health guarantee cards, one of them lost."""
    if HealthCard.objects.exists():
        return
    by = user_of("health")
    cards = [health_card_issue(person=person, by=by) for person in _people()[:20]]
    health_card_report_lost(card=cards[-1], by=by, reason="本人申报遗失")


def certifications_make() -> None:
    """Applications for certification, one in each state."""
    if CertificationApplication.objects.exists():
        return
    hospital = Hospital.objects.filter(designations__contains=[Designation.CERTIFICATION]).order_by("code")[0]
    steps = (_papers_check, _examine, _review, _decide, _issue)
    poor = IdentityCategory.REGISTERED_POOR
    people = _people().filter(certificates=None, identities__category=poor)
    for number, person in enumerate(people[: len(steps) + 1]):
        application = application_receive(
            scope=EVERYTHING,
            id_number=person.id_number,
            hospital=hospital,
            diseases=["zz-37/22"],
            by=user_of("hospital"),
        )
        for step in steps[:number]:
            step(application)


def _papers_check(application: CertificationApplication) -> None:
    papers_check(application=application, results=_PAPERS, by=user_of("hospital"))


def _examine(application: CertificationApplication) -> None:
    """Two items of the standard, which are waived, and one outside it."""
    by = user_of("hospital")
    for item, amount_fen in (("血脂", 8_000), ("血糖", 1_500), ("头颅MRI", 60_000)):
        exam = ExamInput(disease="zz-37/22", item=item, done_on=date(2019, 6, 28), amount_fen=amount_fen)
        exam_enter(application=application, exam=exam, by=by)
    exams_finish(application=application, by=by)


def _review(application: CertificationApplication) -> None:
    application_review(application=application, by=user_of("office"), note="血脂达到鉴定标准")


def _decide(application: CertificationApplication) -> None:
    outcome = Outcome(granted=True, last_day=date(2021, 6, 27))
    application_decide(
        application=application,
        outcomes={row.pk: outcome for row in application.diseases.all()},
        by=user_of("office2"),
    )


def _issue(application: CertificationApplication) -> None:
    certificates_issue(application=application, by=user_of("office2"))


def registers_fill() -> None:
    """Entries of registers: open, under way, closed, on file."""
    if RegisterEntry.objects.exists():
        return
    county, by = Region.objects.get(code=COUNTY_CODE), user_of("office")
    for number, (code, values) in enumerate(_ENTRIES):
        kind = RegisterKind.objects.get(code=code)
        entered = Entered(happened_on=date(2019, 5, 20) + timedelta(days=5 * number), values=values)
        entry = entry_record(kind=kind, county=county, entered=entered, by=by)
        if kind.tracked and number % 3:
            entry_start(entry=entry, note="已安排", by=by)
        if number % 3 == 2 and kind.tracked:
            entry_close(entry=entry, note="已核实并整改", by=by)


def gaps_open() -> None:
    """People recognised in June whom nobody enrolled yet; one with a good reason."""
    if NotInsured.objects.exists():
        return
    county, rng = Region.objects.get(code=COUNTY_CODE), random.Random(SEED)  # noqa: S311 - invented people
    for number, name in enumerate(("周春梅", "吴建国", "郑小红")):
        person = person_register(
            id_number=invented_id_number(rng, serial=900 + number), name=name, county=county,
            household=_people()[number * 7].household,
        )  # fmt: skip
        identity_recognise(
            person=person,
            category=IdentityCategory.REGISTERED_POOR,
            since=date(2019, 6, 10),
            recognised_by=Office.Kind.POVERTY,
            source="2019年6月动态调整",
        )
    not_insured_record(
        person=person, year=2019, reason=NotInsured.Reason.SCHOOL, evidence="在读证明", by=user_of("office")
    )


def roster_compare() -> None:
    """A roster of civil affairs that waits for its confirmation: new, left, wrong."""
    if RosterImport.objects.exists():
        return
    user = user_of("civil")
    held = _people().filter(identities__category=IdentityCategory.MINIMUM_LIVING)
    rows = [_roster_row(person, person.id_number, person.name) for person in held[3:]]
    rng = random.Random(SEED + 1)  # noqa: S311 - invented people
    for number, name in enumerate(("冯桂英", "陈长河", "褚玉兰", "卫志强")):
        rows.append(_roster_row(held[0], invented_id_number(rng, serial=950 + number), name))
    rows.append(_roster_row(held[0], "410199197001010000", "蒋文军"))
    text = io.StringIO()
    csv.writer(text).writerows([_ROSTER, *rows])
    roster = roster_upload(
        scope=scope_of_user(user),
        user=user,
        source=Office.Kind.CIVIL_AFFAIRS,
        region=Region.objects.get(code=COUNTY_CODE),
        roster_on=date(2019, 6, 25),
        received_on=date(2019, 6, 27),
        kind=RosterImport.Kind.FULL,
        categories=[IdentityCategory.MINIMUM_LIVING],
        file_name="2019年6月低保名单.csv",
        content=text.getvalue().encode("gb18030"),
    )
    if roster.job_id is not None:
        roster_check(roster_id=roster.pk, job_id=roster.job_id)


def _roster_row(like: Person, id_number: str, name: str) -> tuple[str, ...]:
    home = like.household
    place = (home.township, home.village, home.household_no, home.head_name) if home else ("", "", "", "")
    return (name, id_number, "低保", *place)


def _people() -> QuerySet[Person]:
    return Person.objects.filter(county__code=COUNTY_CODE).order_by("pk").distinct()
