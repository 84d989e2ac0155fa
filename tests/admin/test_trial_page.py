"""The trial page: every tier's working under one or two packs, pools carried on, nothing written."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from policies.models import Policy
from settlement.admin.trial_result import ClaimResult
from tests.admin.conftest import Login
from tests.admin.pages import visible_text
from tests.admin.world import World

PARTS = ("in_scope_fen", "upfront_fen", "over_limit_fen", "excluded_fen")
QUOTA_VISIT = {"visit_type": "chronic_outpatient", "disease": "zz-37/4"}
CERTIFIED = {"identities": ["registered_poor"], "certified": ["zz-37/4"]}


@pytest.fixture
def clerk(world: World, login: Login) -> Client:
    return login("clerk")


def pack(year: int) -> int:
    return Policy.objects.get(code=f"zhengzhou-{year}").pk


def claim(on: str, *lines: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {
        "on": on, "visit_type": "inpatient", "hospital_level": "county_2", "place": "in_county",
        "referral": "not_needed", "disease": "", "bed_days": "0", "ownership": "public", "lines": lines,
        **fields,
    }  # fmt: skip


def form(*claims: dict[str, Any], **person: Any) -> dict[str, Any]:
    """What a browser sends."""
    data: dict[str, Any] = {
        "left": pack(2018), "right": "", "insurance_type": "residents", "age": "50", "county_class": "",
        "claims-TOTAL_FORMS": len(claims), "claims-INITIAL_FORMS": 0, **person,
    }  # fmt: skip
    for at, one in enumerate(claims):
        prefix = f"claims-{at}"
        data |= {f"{prefix}-{name}": value for name, value in one.items() if name != "lines"}
        data |= {f"{prefix}-lines-TOTAL_FORMS": len(one["lines"]), f"{prefix}-lines-INITIAL_FORMS": 0}
        for number, line in enumerate(one["lines"]):
            row = {"category": "other", **dict.fromkeys(PARTS, ""), **line}
            data |= {f"{prefix}-lines-{number}-{name}": value for name, value in row.items()}
    return data


def results(client: Client, data: dict[str, Any]) -> list[ClaimResult]:
    response = client.post(reverse("admin:settlement_trial"), data)
    assert response.status_code == 200
    assert "results" in response.context, visible_text(response.content.decode())
    return response.context["results"]


def page(client: Client, data: dict[str, Any]) -> str:
    return visible_text(client.post(reverse("admin:settlement_trial"), data).content.decode())


def figures(result: ClaimResult) -> dict[str, list[str]]:
    return {row[0].text: [cell.text for cell in row[1:]] for row in result.figures.rows}


def rows_of_all_tables() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def test_the_quota_of_a_quarter_is_used_up_from_claim_to_claim(clerk: Client) -> None:
    # C51 of tests/cases/zhengzhou.yaml: 1,500 a quarter, 900 used, 600 left; the next quarter starts anew.
    visits = (("2018-04-10", "900"), ("2018-05-10", "1,000.00"), ("2018-07-02", "1000.0"))
    claims = [claim(on, {"in_scope_fen": amount}, **QUOTA_VISIT) for on, amount in visits]
    first, second, third = (figures(one) for one in results(clerk, form(*claims, **CERTIFIED)))
    assert (first["基本医疗保险"], first["财政兜底"], first["个人自付"]) == (["585.00"], ["315.00"], ["0.00"])
    assert (second["基本医疗保险"], second["财政兜底"], second["个人自付"]) == (
        ["390.00"],
        ["210.00"],
        ["400.00"],
    )
    assert (third["基本医疗保险"], third["财政兜底"], third["个人自付"]) == (["650.00"], ["350.00"], ["0.00"])


def test_the_yearly_sums_are_carried_from_claim_to_claim(clerk: Client) -> None:
    # C50a of tests/cases/zhengzhou.yaml.
    visit = claim("2018-05-10", {"in_scope_fen": "1000"}, **QUOTA_VISIT)
    stay = claim("2018-06-10", {"in_scope_fen": "60000"}, hospital_level="city_3", place="in_city")
    _, second = results(clerk, form(visit, stay, **CERTIFIED))
    amounts = figures(second)
    assert [amounts[tier] for tier in ("基本医疗保险", "大病保险", "大病补充保险", "医疗救助")] == [
        ["41,963.00"], ["8,709.60"], ["2,470.96"], ["4,799.51"],
    ]  # fmt: skip
    assert amounts["个人自付"] == ["2,056.93"]


def test_two_packs_stand_side_by_side_with_clause_doubt_and_uplift(clerk: Client) -> None:
    stay = claim("2019-05-10", {"in_scope_fen": "60000"}, {"category": "registration", "in_scope_fen": "10"})
    data = form(stay, right=pack(2019), identities=["registered_poor"])
    (result,) = results(clerk, data)
    assert figures(result)["减免"] == ["0.00", "6,010.00", "6,010.00"]
    by_title = dict(result.steps)
    old, new = by_title["大病保险"]
    assert (old.clause, old.provisional) == ("郑民文〔2017〕131号 二(三)", True)
    assert "起付线 7,500.00 元。" in old.sentences
    assert "起付线 5,500.00 元。" in new.sentences
    assert any(sentence.startswith("提高待遇部分：普通待遇 ") for sentence in new.sentences)
    assert by_title["减免和病种限额"][0] is None
    assert "“郑州市2018年困难群众医疗保障待遇”的有效期为2018-01-01 至 2018-12-31" in result.notes[0]
    text = page(clerk, data)
    assert "待核实" in text
    assert "其中：高于普通待遇" in text
    assert "郑民文〔2017〕131号 二(三)" in text


def test_each_year_counts_anew(clerk: Client) -> None:
    stays = [claim(on, {"in_scope_fen": "2000"}) for on in ("2018-12-20", "2018-12-30", "2019-01-05")]
    first, second, third = (figures(one)["基本医疗保险"] for one in results(clerk, form(*stays)))
    # The second admission of a year has the lower deductible.
    assert first == third
    assert first != second


def test_a_trial_writes_nothing(clerk: Client) -> None:
    before = rows_of_all_tables()
    stay = claim("2019-05-10", {"in_scope_fen": "60000", "excluded_fen": "10.5"})
    results(clerk, form(stay, stay, right=pack(2019), identities=["registered_poor"]))
    page(clerk, form(claim("gestern")))
    assert rows_of_all_tables() == before


def test_bad_input_is_told_at_its_field(clerk: Client) -> None:
    wrong = claim("2019-13-01", {"in_scope_fen": "三万"}, {"upfront_fen": "-5"}, visit_type="spa")
    text = page(clerk, form(wrong, left="", age="200", identities=["king"]))
    assert "没有试算：请更正下方标出的内容。" in text
    for message in (
        "输入一个有效的日期。",
        "请填写不超过两位小数的金额，例如 1234.50。",
        "确保该值小于或等于130。",
        "选择一个有效的选项。 spa 不在可用的选项中。",
        "选择一个有效的选项。 king 不在可用的选项中。",
        "该字段是必填项。",
    ):
        assert message in text
    assert text.count("请填写不超过两位小数的金额") == 2


def test_a_claim_without_cost_and_no_claim_at_all_are_refused(clerk: Client) -> None:
    assert "请至少填写一行费用。" in page(clerk, form(claim("2019-05-10", {})))
    assert "没有试算" in page(clerk, form())
    taken_out = claim("gestern", {}, DELETE="on")
    assert "没有试算" in page(clerk, form(taken_out))
    kept = claim("2019-05-10", {"in_scope_fen": "5000"})
    assert len(results(clerk, form(taken_out, kept))) == 1
    same = form(kept, right=pack(2018))
    assert "请选择另一个政策包，或不对照。" in page(clerk, same)


def test_what_the_engine_refuses_is_said_and_the_rest_is_left(clerk: Client) -> None:
    draft = Policy.objects.get(code="zhengzhou-2018")
    data = form(
        claim("2018-05-10", {"in_scope_fen": "100"}, year_end="on"),
        claim("2018-05-11", {"in_scope_fen": "100"}),
    )
    first, second = results(clerk, data)
    assert first.figures is None
    assert first.notes[0].startswith(f"“{draft}”：")
    assert second.notes == [f"“{draft}”：前面的费用未能试算，本次没有继续。"]


def test_only_staff_who_may_see_packs_try(world: World, login: Login) -> None:
    trial = reverse("admin:settlement_trial")
    assert login("nurse").get(trial).status_code == 200
    assert login("stranger").get(trial).status_code == 403
    User.objects.get(username="nurse").groups.clear()
    assert login("nurse").get(trial).status_code == 403
    assert Client().get(trial).status_code == 302


def test_the_page_has_no_script_of_its_own_and_new_rows_get_their_numbers(clerk: Client) -> None:
    html = clerk.get(reverse("admin:settlement_trial")).content.decode()
    assert '<template data-row="claims">' in html
    assert "claims-__prefix__-lines-__prefix__-in_scope_fen" in html
    assert "claims-0-lines-__prefix__-in_scope_fen" in html
    assert 'src="/static/doudi/rows.js" defer' in html
    assert "onclick" not in html.split('id="content-main"')[1].split("</form>")[0]
