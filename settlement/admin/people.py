"""The person page with the year so far (人员页面): settlement stands above people and adds to their page."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse

from beneficiaries.admin.people import PersonAdmin
from beneficiaries.models import Person
from common.admin_lookup import Button
from common.admin_panels import EMPTY, Cell, Figures, Panel, Table, link, period, text, yuan
from common.clock import business_date
from common.codes import Tier
from common.timeline import Timeline
from policies.codes import QuotaPeriod
from settlement.admin.claims import STATES, claim_state, has_posting, net_of
from settlement.admin.words import is_count, pool_names
from settlement.models import Claim, PersonYear, PoolEntry, Settlement
from settlement.selectors.eligibility import CertificateQuota, Eligibility, eligibility_of_person

CLAIMS_SHOWN = 20

admin.site.unregister(Person)


@admin.register(Person)
class PersonWithYearsAdmin(PersonAdmin):
    """人员."""

    def parts(self, request: HttpRequest, person: Person) -> list[Panel]:
        """What people know; behind the head the year so far, quotas and the latest claims."""
        facts, *held = super().parts(request, person)
        if not request.user.has_perm("settlement.view_claim"):
            return [facts, *held]
        found = eligibility_of_person(person=person, on=business_date())
        timeline = [panel for panel in held if isinstance(panel, Timeline)]
        rest = [panel for panel in held if not isinstance(panel, Timeline)]
        year: list[Panel] = [quotas_of(found), year_so_far(person), claims_of(person)]
        return [facts, tiers_paid(found), *timeline, *year, *rest]

    def buttons(self, request: HttpRequest, row: Person) -> Sequence[Button]:
        """What people know, and correcting an identity for those who may."""
        known = super().buttons(request, row)
        if not request.user.has_perm("beneficiaries.add_identitychange"):
            return known
        url = reverse("admin:beneficiaries_identity_correct", args=[row.pk])
        return (*known, Button(title="更正身份", url=url, icon="edit_calendar"))


def tiers_paid(found: Eligibility) -> Figures:
    """What each tier has paid in the year, aid included (年度各层次支付)."""
    return Figures(
        items=[
            (f"{found.on.year}年支付合计", yuan(sum(found.paid.values()))),
            *[(str(Tier(tier).label), yuan(amount_fen)) for tier, amount_fen in found.paid.items()],
        ]
    )


def quotas_of(found: Eligibility) -> Table:
    """What is left of the quotas of certified diseases (病种限额使用)."""
    return Table(
        title="慢性病限额使用",
        headers=("病种", "就医证有效期", "限额周期", "限额", "本期已用", "剩余"),
        rows=[_quota_row(held) for held in found.certificates],
        numeric=frozenset({3, 4, 5}),
        empty="今天没有有效的慢性病就医证",
    )


def _quota_row(held: CertificateQuota) -> tuple[Cell, ...]:
    certificate, quota = held.certificate, held.quota
    named = (link(certificate, label=certificate.disease_name), text(period(certificate.valid)))
    if quota is None:
        return (*named, text("不设限额"), EMPTY, EMPTY, EMPTY)
    limit_fen = quota.amount_fen
    left_fen = None if limit_fen is None else max(0, limit_fen - held.used_fen)
    return (
        *named,
        text(QuotaPeriod(quota.period).label),
        yuan(limit_fen, note="" if limit_fen is not None else "限额待录入"),
        yuan(held.used_fen),
        yuan(left_fen),
    )


def year_so_far(person: Person) -> Table:
    """The pools of the person's latest benefit year: sums of entries, never a counter."""
    year = PersonYear.objects.filter(person=person).order_by("-year").first()
    if year is None:
        return Table(title="年度累计", headers=(), rows=(), empty="没有结算过费用")
    sums = list(
        PoolEntry.objects.filter(person_year=year)
        .values("pool")
        .annotate(amount=Sum("amount"))
        .order_by("pool")
    )
    policies = year.claims.order_by().values_list("policy", flat=True).distinct()
    names = pool_names(policies, [row["pool"] for row in sums])
    return Table(
        title=f"{year.year}年度累计",
        headers=("累计项目", "数额"),
        rows=[
            (
                text(names[row["pool"]]),
                Cell(text=f"{row['amount']} 次", numeric=True)
                if is_count(row["pool"])
                else yuan(row["amount"]),
            )
            for row in sums
        ],
        numeric=frozenset({1}),
        empty="本年度没有累计",
    )


def claims_of(person: Person) -> Table:
    """The latest claims with what holds of them now."""
    claims = (
        Claim.objects.filter(person=person)
        .select_related("hospital")
        .annotate(
            net_paid_fen=net_of("paid_fen"),
            net_patient_fen=net_of("patient_fen"),
            is_settled=has_posting(Settlement.Kind.ORIGINAL),
            is_reversed=has_posting(Settlement.Kind.REVERSAL),
            is_adjusted=has_posting(Settlement.Kind.ADJUSTMENT),
        )
    )
    shown = list(claims[: CLAIMS_SHOWN + 1])
    rows = []
    for claim in shown[:CLAIMS_SHOWN]:
        state = claim_state(claim)
        rows.append(
            (
                link(claim),
                text(claim.hospital),
                text(claim.get_visit_type_display()),
                text(claim.discharged_on),
                yuan(claim.total_fen),
                yuan(claim.net_paid_fen),
                yuan(claim.net_patient_fen),
                Cell(text=state, tone=STATES[state]),  # type: ignore[arg-type]
            )
        )
    more = None
    if len(shown) > CLAIMS_SHOWN:
        url = reverse("admin:settlement_claim_changelist") + f"?q={person.name}"
        more = Cell(text="查看全部", url=url)
    return Table(
        title="费用",
        headers=("单据号", "医疗机构", "就诊类型", "出院/就诊日期", "总费用", "支付合计", "个人负担", "状态"),
        rows=rows,
        numeric=frozenset({4, 5, 6}),
        more=more,
        empty="没有费用",
    )
