"""The pages of claims from papers and of payments, from the entry to the bank's answer."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries.models import Person
from organizations.models import Hospital
from policies.models import Disbursement
from reporting.models import ExportLog
from settlement.models import ManualClaim, PatientAccount, Payment, PayoutBatch
from tests import factories
from tests.admin.pages import visible_text
from tests.admin.test_language import english_words
from tests.reimbursement.test_verify import without_guards
from tests.settlement.manual.pages import RIGHTS, client_of, form_of
from tests.settlement.manual.support import account, approved, receive

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs", "today")]
ENTER = "admin:settlement_manual_enter"
LISTS = ("admin:settlement_manualclaim_changelist", "admin:settlement_payoutbatch_changelist")


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path_factory) -> None:
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


def page(manual: ManualClaim) -> str:
    return reverse("admin:settlement_manualclaim_change", args=[manual.pk])


def step(client: Client, manual: ManualClaim, slug: str, note: str = ""):
    return client.post(
        reverse("admin:settlement_manual_step", args=[manual.pk, slug]), {"note": note}, follow=True
    )


def test_from_the_entry_to_the_bank(poor: Person, hospital: Hospital, settings, tmp_path) -> None:
    settings.EXPORT_DIR = tmp_path
    entry, first, second, cashier = (
        client_of(name, poor.county) for name in ("entry", "first", "second", "cashier")
    )
    answer = entry.post(reverse(ENTER), form_of(poor, hospital), follow=True)
    assert "已受理，受理编号 LX" in answer.content.decode()
    manual = ManualClaim.objects.get()
    entry.post(
        reverse("admin:settlement_manual_account", args=[manual.pk]),
        {"holder_name": poor.name, "relation": "self", "bank": "示例银行", "number": "0217000012345678901"},
    )
    assert PatientAccount.objects.get().number_last4 == "8901"
    seen = visible_text(first.get(page(manual)).content.decode())
    assert "审核后将支付（元）" in seen
    assert "初审通过" in seen
    step(first, manual, "first-review")
    # The second reviewer may also review first, but this claim was another's.
    step(second, manual, "approve", "同意支付")
    manual.refresh_from_db()
    assert manual.status == "settled"
    opened = reverse("admin:settlement_payout_open", args=[poor.county_id])
    assert "待支付" in visible_text(cashier.get(opened).content.decode())
    cashier.post(opened)
    batch = PayoutBatch.objects.get()
    response = cashier.get(reverse("reporting:payout-file", args=[batch.pk]))
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    rows = list(book["代发清单"].iter_rows(values_only=True))
    transfer = next(row for row in rows if row[0] == 1)
    due = sum(row.amount_fen for row in Payment.objects.filter(payee="patient"))
    assert transfer[:5] == (1, "示例人", "0217000012345678901", "示例银行", due / 100)
    assert next(row for row in rows if row[1] == "合计")[4] == due / 100
    assert (
        next(row for row in book["资金来源"].iter_rows(values_only=True) if row[1] == "合计")[3] == due / 100
    )
    log = ExportLog.objects.get()
    assert (log.report, log.row_count, log.total_fen) == ("一卡通代发清单", 1, due)
    assert list(tmp_path.iterdir()) == []
    confirm = {"on": "2019-06-30", "bank_reference": "B20190630001"}
    cashier.post(reverse("admin:settlement_payout_confirm", args=[batch.pk]), confirm)
    manual.refresh_from_db()
    assert manual.status == "paid"
    seen = visible_text(first.get(reverse("admin:settlement_manual_handled")).content.decode())
    assert "100.0%" in seen
    bounce = {"on": "2019-06-30", "bank_reference": "B2", "reason": "户名不符"}
    cashier.post(reverse("admin:settlement_payout_bounce", args=[batch.items.get().pk]), bounce)
    manual.refresh_from_db()
    assert manual.status == "settled"


def test_missing_papers_are_told_at_once_and_nothing_is_kept(
    poor: Person, hospital: Hospital, row_counts
) -> None:
    client = client_of("entry", poor.county)
    before = row_counts()
    answer = client.post(reverse(ENTER), form_of(poor, None, papers=["出院小结"], outside_name="外省示例医院",
                                                 outside_province="31"))  # fmt: skip
    seen = visible_text(answer.content.decode())
    assert "一次性告知（不予受理）" in seen
    assert "费用清单" in seen
    assert row_counts() == before
    assert not Hospital.objects.filter(name="外省示例医院").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id_number": "4101991960051700"}, "身份证号须为18位"),
        ({"hospital": ""}, "请选择就诊机构"),
        ({"lines-0-in_scope_fen": "19999.99"}, "四项之和须等于金额"),
        ({"total_fen": "20000.01"}, "费用明细之和与发票总额不一致"),
        ({"invoices-0-number": ""}, "请至少登记一张发票原件"),
        ({"discharged_on": "2019-13-01"}, "没有受理"),
    ],
)
def test_a_wrong_entry_is_refused_in_chinese(
    poor: Person, hospital: Hospital, row_counts, changes: dict[str, object], said: str
) -> None:
    before = row_counts()
    answer = client_of("entry", poor.county).post(reverse(ENTER), form_of(poor, hospital, **changes))
    html = answer.content.decode()
    assert said in visible_text(html)
    assert english_words(html) - set(RIGHTS) == set()
    assert row_counts() == before


def test_no_english_on_the_pages(poor: Person, hospital: Hospital) -> None:
    manual = approved(poor, hospital)
    waiting = receive(poor, hospital, "0000002", overlaps_checked=True)
    account(poor)
    admin = client_of("cashier", poor.county)
    admin.post(reverse("admin:settlement_payout_open", args=[poor.county_id]))
    batch = PayoutBatch.objects.get()
    urls = [
        (admin, reverse(name)) for name in LISTS
    ] + [
        (client_of("entry", poor.county), reverse(ENTER)),
        (client_of("entry", poor.county), reverse("admin:settlement_manual_account", args=[manual.pk])),
        (client_of("first", poor.county), page(manual)),
        (client_of("first", poor.county), page(waiting)),
        (
            client_of("first", poor.county),
            reverse("admin:settlement_manual_step", args=[waiting.pk, "suspend"]),
        ),
        (admin, reverse("admin:settlement_payoutbatch_change", args=[batch.pk])),
        (admin, reverse("admin:settlement_payout_open", args=[poor.county_id])),
        (admin, reverse("admin:settlement_payout_confirm", args=[batch.pk])),
        (admin, reverse("admin:settlement_payout_bounce", args=[batch.items.get().pk])),
    ]  # fmt: skip
    found = {url: english_words(client.get(url).content.decode()) - set(RIGHTS) for client, url in urls}
    assert {url: words for url, words in found.items() if words} == {}
    for client, url in urls:
        assert client.get(url).status_code == 200, url


def test_another_countys_staff_find_nothing(poor: Person, hospital: Hospital) -> None:
    manual = approved(poor, hospital)
    account(poor)
    client_of("cashier", poor.county).post(reverse("admin:settlement_payout_open", args=[poor.county_id]))
    batch = PayoutBatch.objects.get()
    strange = factories.county("410185", "邻县")
    for name in ("entry-x", "second-x", "cashier-x"):
        client = client_of(name, strange)
        assert client.get(page(manual)).status_code == 404
        assert client.get(reverse("admin:settlement_manual_account", args=[manual.pk])).status_code == 404
        assert (
            client.post(reverse("admin:settlement_manual_step", args=[manual.pk, "reverse"])).status_code
            == 404
        )
        for url in LISTS:
            assert client.get(reverse(url)).context["cl"].result_count == 0
    cashier = client_of("cashier-x", strange)
    assert cashier.get(reverse("admin:settlement_payout_open", args=[poor.county_id])).status_code == 404
    assert cashier.get(reverse("reporting:payout-file", args=[batch.pk])).status_code == 404
    assert cashier.get(reverse("admin:settlement_payout_confirm", args=[batch.pk])).status_code == 404
    assert (
        cashier.get(reverse("admin:settlement_payout_bounce", args=[batch.items.get().pk])).status_code == 404
    )
    entry = client_of("entry-x", strange).post(reverse(ENTER), form_of(poor, hospital))
    assert "没有登记该身份证号的人员" in entry.content.decode()
    assert ManualClaim.objects.count() == 1


def test_a_claim_taken_before_the_pack_had_to_say_days_is_still_worked_on(
    poor: Person, hospital: Hospital
) -> None:
    manual = receive(poor, hospital)
    with without_guards():
        Disbursement.objects.filter(code="manual-claims").delete()
    first = client_of("first", poor.county)
    assert "25 个工作日（政策包未载，待核实）" in visible_text(first.get(page(manual)).content.decode())
    step(first, manual, "suspend", "补充材料")
    step(first, manual, "resume", "材料已补")
    manual.refresh_from_db()
    assert (manual.status, manual.days, manual.due_provisional) == ("received", 25, True)


def test_without_the_right_a_step_is_denied(poor: Person, hospital: Hospital) -> None:
    manual = receive(poor, hospital)
    viewer, first = client_of("viewer", poor.county), client_of("first", poor.county)
    assert viewer.get(page(manual)).status_code == 200
    assert viewer.get(reverse(ENTER)).status_code == 403
    for slug in (
        "first-review",
        "approve",
        "suspend",
        "reject",
        "reverse",
        "investigate",
        "return",
        "resume",
    ):
        url = reverse("admin:settlement_manual_step", args=[manual.pk, slug])
        assert viewer.post(url, {"note": "x"}).status_code == 403
    opened = reverse("admin:settlement_payout_open", args=[poor.county_id])
    assert viewer.post(opened).status_code == 403
    step(first, manual, "first-review")
    assert step(first, manual, "approve").status_code == 403
    manual.refresh_from_db()
    assert (manual.status, PayoutBatch.objects.count()) == ("first_reviewed", 0)


def test_the_first_reviewer_is_not_offered_the_second_review(poor: Person, hospital: Hospital) -> None:
    manual = receive(poor, hospital)
    second = client_of("second", poor.county)
    step(second, manual, "first-review")
    assert "复审通过并结算" not in visible_text(second.get(page(manual)).content.decode())
    answer = step(second, manual, "approve")
    assert "复审须由初审人以外的人员办理" in answer.content.decode()
    manual.refresh_from_db()
    assert manual.status == "first_reviewed"


def test_the_work_list_asks_the_same_queries_however_long_it_is(
    poor: Person, hospital: Hospital, django_assert_max_num_queries
) -> None:
    client = client_of("first", poor.county)
    receive(poor, hospital)
    url = reverse(LISTS[0])
    with django_assert_max_num_queries(16) as few:
        client.get(url)
    for number in range(2, 8):
        receive(factories.person(), hospital, f"000000{number}")
    with django_assert_max_num_queries(len(few)):
        client.get(url)
