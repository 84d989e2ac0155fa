"""What other systems paid stands when a year is folded again; what is cut is not paid out later."""

import pytest

from settlement.engine.errors import GivenPaymentError, MissingParameterError
from settlement.engine.explain_zh import describe
from settlement.engine.settle import fold, settle
from settlement.engine.terms import Policy, Quota, ShareLimit
from tests.settlement.engine.build import (
    after,
    bands,
    cap,
    claim,
    flat,
    given,
    paid,
    person,
    policy,
    pools,
    rule,
    yuan,
)

TWO_TIERS = policy(
    rule("统筹", "basic", bands=flat("70%"), caps=(cap("1000.00", "basic:paid"),)),
    rule("大病", "critical", bands=flat("50%")),
)
CRITICAL = (given("critical", "600.00"),)
FULL = {"basic:paid": yuan("700.00")}


def test_a_given_payment_that_no_longer_fits_keeps_its_amount_and_ours_yields() -> None:
    visit = claim("1000.00", given=CRITICAL)
    as_settled = settle(visit, person(), FULL, TWO_TIERS)
    assert (paid(as_settled, "basic"), as_settled.patient_fen) == (yuan("300.00"), yuan("100.00"))
    # The earlier claim is taken back: basic would pay 700 now.
    with pytest.raises(GivenPaymentError):
        settle(visit, person(), {}, TWO_TIERS)
    again = settle(visit, person(), {}, TWO_TIERS, given_stands=True)
    assert (paid(again, "basic"), paid(again, "critical")) == (yuan("400.00"), yuan("600.00"))
    assert (again.patient_fen, pools(again)["basic:paid"]) == (0, yuan("400.00"))
    explanation = again.explanation or {}
    assert explanation["tiers"][0]["yielded_fen"] == yuan("300.00")
    uplift = explanation["tiers"][0]["uplift"]
    assert uplift["items"][-1] == {"step": "given", "amount_fen": -yuan("300.00")}
    assert uplift["ordinary_fen"] + sum(item["amount_fen"] for item in uplift["items"]) == yuan("400.00")
    assert (
        "本次支付 400.00 元（fund 400.00 元），已为其他系统的支付留出 300.00 元" in describe(explanation)[0]
    )


def test_where_given_payments_fit_nothing_changes() -> None:
    visit = claim("1000.00", given=CRITICAL)
    assert settle(visit, person(), FULL, TWO_TIERS, given_stands=True) == settle(
        visit, person(), FULL, TWO_TIERS
    )


def test_ours_may_yield_all_of_it() -> None:
    visit = claim("1000.00", given=(given("critical", "1000.00"),))
    again = settle(visit, person(), {}, TWO_TIERS, given_stands=True)
    assert (paid(again, "basic"), paid(again, "critical"), again.patient_fen) == (0, yuan("1000.00"), 0)
    assert (again.explanation or {})["tiers"][0]["why_nothing"] == "left_to_given"


def test_more_than_the_claim_costs_is_counted_up_to_the_cost_and_reported() -> None:
    visit = claim("1000.00", given=(given("basic", "700.00", "a"), given("basic", "500.00", "b")))
    again = settle(visit, person(), {}, TWO_TIERS, given_stands=True)
    assert [tuple(part) for part in again.payments[0].funds] == [("a", yuan("700.00")), ("b", yuan("300.00"))]
    assert again.patient_fen == 0
    assert (again.explanation or {})["tiers"][0]["reported_fen"] == yuan("1200.00")
    assert describe(again.explanation or {})[0] == (
        "基本医疗保险：其他系统已支付 1,200.00 元，超过剩余的政策范围内费用，"
        "只计入 1,000.00 元，请与该系统核对。"
    )


def catch_up(**fields: object) -> Policy:
    return policy(
        rule("统筹", "basic", bands=flat("50%")),
        rule("救助", "assistance", bands=flat("100%"), measured="year", accrual="catch_up",
             base_pool="assistance:base", paid_pool="assistance:paid",
             caps=(cap("900.00", "assistance:paid"),)),
        **fields,
    )  # fmt: skip


CEILING = catch_up(overall_ceilings=(ShareLimit(code="九成", share_bp=9_000),))


def test_what_the_overall_ceiling_cut_is_not_paid_to_the_account_later() -> None:
    first = settle(claim("1000.00"), person(), {}, CEILING)
    assert (paid(first, "assistance"), first.patient_fen) == (yuan("400.00"), yuan("100.00"))
    assert pools(first)["assistance:paid:forgone"] == yuan("100.00")
    year = after({}, first)
    second = settle(claim("200.00"), person(), year, CEILING)
    assert (paid(second, "assistance"), second.account_fen, second.patient_fen) == (8_000, 0, 2_000)
    year_end = settle(claim(year_end=True), person(), after(year, second), CEILING)
    assert year_end.account_fen == 0
    sentence = describe(second.explanation or {})[1]
    assert "全年应付 600.00 元，此前已付 400.00 元，此前核减不再补付 100.00 元" in sentence


def test_the_cut_leaves_room_under_the_cap() -> None:
    # 400 paid, 100 cut: 500 of the 900 are left, not 400.
    year = after({}, settle(claim("1000.00"), person(), {}, CEILING))
    later = settle(claim("1200.00"), person(), year, CEILING)
    assert paid(later, "assistance") == yuan("480.00")
    assert after(year, later)["assistance:paid"] == yuan("880.00")


def test_what_was_left_to_given_payments_is_not_made_up_for_either() -> None:
    visit = claim("1000.00", given=(given("backstop", "300.00"),))
    terms = catch_up(tiers=("basic", "assistance", "backstop"))
    results = list(
        fold([(visit, person(), terms), (claim(year_end=True), person(), terms)], given_stands=True)
    )
    assert (paid(results[0], "assistance"), paid(results[0], "backstop")) == (yuan("200.00"), yuan("300.00"))
    assert [result.account_fen for result in results] == [0, 0]


STAYS = policy(
    rule("统筹", "basic", bands=bands(("0.00", "", "80%"))),
    rule("救助", "assistance", bands=flat("70%")),
    quotas={
        "qn-21/3": Quota(disease="qn-21/3", period="visit", amount_fen=yuan("4000.00")),
        "qn-21/20": Quota(disease="qn-21/20", period="visit", amount_fen=yuan("6000.00")),
        "qn-21/5": Quota(disease="qn-21/5", period="quarter", amount_fen=yuan("1.00")),
        "qn-21/6": Quota(disease="qn-21/6", period="visit", amount_fen=None),
    },
)


@pytest.mark.parametrize(
    ("diseases", "basic", "assistance", "over"),
    [
        ((), "4000.00", "700.00", "0.00"),
        (("qn-21/3",), "3200.00", "560.00", "1000.00"),
        (("qn-21/3", "qn-21/20"), "4000.00", "700.00", "0.00"),
        (("qn-21/4",), "4000.00", "700.00", "0.00"),
        (("qn-21/5",), "4000.00", "700.00", "0.00"),
    ],
)
def test_tiers_run_inside_the_quota_of_a_stay_and_every_stay_has_it_anew(
    diseases: tuple[str, ...], basic: str, assistance: str, over: str
) -> None:
    stay = claim("5000.00", diseases=frozenset(diseases))
    for result in fold([(stay, person(), STAYS)] * 2):
        assert (paid(result, "basic"), paid(result, "assistance")) == (yuan(basic), yuan(assistance))
        assert result.over_quota_fen == yuan(over)
        assert pools(result) == {"admissions": 1}


def test_an_outpatient_visit_has_no_quota_of_a_stay() -> None:
    visit = claim("5000.00", diseases=frozenset({"qn-21/3"}), visit_type="outpatient")
    assert settle(visit, person(), {}, STAYS).over_quota_fen == 0


def test_a_quota_of_a_stay_that_is_not_entered_refuses_it() -> None:
    with pytest.raises(MissingParameterError, match="qn-21/6"):
        settle(claim("1.00", diseases=frozenset({"qn-21/6"})), person(), {}, STAYS)


def test_the_explanation_names_the_quota_of_the_stay() -> None:
    explanation = settle(claim("5000.00", diseases=frozenset({"qn-21/3"})), person(), {}, STAYS).explanation
    assert describe(explanation or {})[0] == (
        "病种限额：本次限额 4,000.00 元，此前已用 0.00 元，本次计入 4,000.00 元，"
        "超出限额的 1,000.00 元由个人负担。"
    )


def test_a_given_payment_that_was_taken_no_longer_limits_ours() -> None:
    visit = claim("1000.00", given=(given("basic", "600.00"),))
    result = settle(visit, person(), {}, TWO_TIERS, given_stands=True)
    assert (paid(result, "critical"), result.patient_fen) == (yuan("200.00"), yuan("200.00"))
