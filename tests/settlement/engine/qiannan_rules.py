"""黔南医保发〔2019〕36号 二, written out for the engine's tests; ordinary basic terms are provisional."""

from settlement.engine.terms import Policy, ShareLimit, Uplift
from tests.settlement.engine.build import (
    bands,
    cap,
    cite,
    deductible,
    flat,
    policy,
    rule,
    when,
)

LAW = "黔南医保发〔2019〕36号 "
POOR = "建档立卡 特困"


def qiannan_assistance() -> Policy:
    """The assistance tier alone, with the control of out-of-catalogue cost."""
    pool = (cap("30000.00", "assistance:year"),)
    return policy(
        rule(
            "建档立卡救助", "assistance", condition=when(identities="建档立卡"), bands=flat("70%"), caps=pool,
            citation=cite(LAW + "二(四)3"),
        ),
        rule(
            "特困救助", "assistance", condition=when(identities="特困"), bands=flat("100%"), caps=pool,
            citation=cite(LAW + "二(四)3"),
        ),
        code="qiannan-2019-assistance",
        city="黔南州",
        out_of_catalogue=(
            ShareLimit(
                code="目录外占比",
                share_bp=1_000,
                condition=when(identities=POOR),
                citation=cite(LAW + "二(六)"),
            ),
        ),
    )  # fmt: skip


def qiannan() -> Policy:
    """Basic and critical insurance with the uplifts that a missing referral takes away."""
    critical = {
        "measured": "year",
        "base_pool": "critical:base",
        "deductible": deductible("7000.00"),
        "bands": bands(("7000.00", "", "60%")),
        "caps": (cap("250000.00", "critical:paid"),),
    }
    return policy(
        rule("统筹", "basic", deductible=deductible("500.00"), bands=bands(("500.00", "", "70%"))),
        rule("大病", "critical", **critical),
        code="qiannan-2019",
        city="黔南州",
        uplifts=(
            Uplift(
                code="未转诊", tier="basic", kind="rate_cut", value=2_000,
                condition=when(referrals="not_referred"),
            ),
            Uplift(
                code="贫困免起付", tier="basic", kind="deductible_waive", condition=when(identities=POOR),
                lost_without_referral=True,
            ),
            Uplift(
                code="大病起付减半", tier="critical", kind="deductible_scale", value=5_000,
                condition=when(identities=POOR), lost_without_referral=True, citation=cite(LAW + "二(四)2"),
            ),
            Uplift(
                code="大病提高五点", tier="critical", kind="rate_add", value=500,
                condition=when(identities=POOR), lost_without_referral=True, citation=cite(LAW + "二(四)2"),
            ),
            Uplift(
                code="大病不封顶", tier="critical", kind="no_cap", condition=when(identities="建档立卡"),
                citation=cite(LAW + "二(四)2"),
            ),
        ),
    )  # fmt: skip
