"""A pack from draft to retirement in the admin: two people, every row by name, Chinese refusals."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from policies.models import Contribution, Policy
from policies.publishing import readable_findings, rows_to_confirm
from policies.services import policy_clone
from tests.admin.conftest import Login
from tests.admin.pages import visible_text
from tests.admin.world import World

RIGHTS = ("change_policy", "review_policy", "publish_policy")


@pytest.fixture
def draft(world: World) -> Policy:
    """Drafted by the clerk for 2020; the clerk and a colleague may do everything."""
    clerk = User.objects.get(username="clerk")
    colleague = User.objects.create_user("colleague", password="x", is_staff=True)
    colleague.groups.set(clerk.groups.all())
    member = clerk.staff_member
    type(member).objects.create(user=colleague, office=member.office)
    for user in (clerk, colleague):
        user.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    policy = policy_clone(
        policy=Policy.objects.get(code="zhengzhou-2019"),
        code="zhengzhou-2020",
        valid_from=date(2020, 1, 1),
        valid_to=None,
        drafted_by=clerk,
    )
    # Of its own year too: without it the audit refuses.
    for row in list(Contribution.objects.filter(policy=policy)):
        row.pk, row.year, row.code = None, 2020, f"{row.code}-2020"
        row.save()
    return policy


def url(policy: Policy, action: str) -> str:
    return reverse(f"admin:policies_policy_{action}", args=[policy.pk])


def status(policy: Policy) -> str:
    return Policy.objects.get(pk=policy.pk).status


def names(policy: Policy) -> list[str]:
    return [row.name for row in rows_to_confirm(readable_findings(policy))]


def post(client: Client, policy: Policy, action: str, **data: Any) -> str:
    response = client.post(url(policy, action), data, follow=True)
    assert response.status_code == 200
    return visible_text(response.content.decode())


def test_a_pack_goes_from_draft_to_retirement_by_two_people(draft: Policy, login: Login) -> None:
    colleague = login("colleague")
    assert "已复核" in post(colleague, draft, "review")
    assert "已发布，内容不再变动" in post(colleague, draft, "publish", confirmed=names(draft))
    published = Policy.objects.get(pk=draft.pk)
    assert (published.status, published.reviewed_by.username) == ("published", "colleague")
    assert published.confirmed_provisional == names(draft)
    assert "截止日提前至 2021-01-01" in post(colleague, draft, "close", to="2021-01-01")
    assert Policy.objects.get(pk=draft.pk).valid.upper == date(2021, 1, 1)
    assert "已停用" in post(colleague, draft, "retire")
    assert status(draft) == "retired"


def test_the_drafter_alone_can_neither_review_nor_publish(draft: Policy, login: Login) -> None:
    clerk = login("clerk")
    assert "须由起草人以外的人复核" in post(clerk, draft, "review")
    assert "须先复核，才能发布" in post(clerk, draft, "publish", confirmed=names(draft))
    assert status(draft) == "draft"
    post(login("colleague"), draft, "review")
    assert "须由起草人以外的人发布" in post(clerk, draft, "publish", confirmed=names(draft))
    assert status(draft) == "reviewed"
    assert Policy.objects.get(pk=draft.pk).confirmed_provisional == []


def test_every_row_must_be_ticked(draft: Policy, login: Login) -> None:
    colleague = login("colleague")
    post(colleague, draft, "review")
    page = colleague.get(url(draft, "publish")).content.decode()
    offered = re.findall(r'name="confirmed" value="([^"]+)"', page)
    assert offered == names(draft)
    assert "起付线" in visible_text(page)
    assert "郑卫〔2017〕214号 三(一)" in visible_text(page)
    # The numbers to be confirmed, not only their names.
    assert "分段：5,500.00–100,000.00 85%；100,000.00 以上 95%" in visible_text(page)
    missing = [name for name in offered if name != "rules:critical-poor"]
    refused = post(colleague, draft, "publish", confirmed=missing)
    assert "须指名确认：待遇规则“大病保险（困难群众）”" in refused
    assert status(draft) == "reviewed"
    again = colleague.post(url(draft, "publish"), {"confirmed": missing}).content.decode()
    assert again.count(" checked") == len(missing)
    assert again.count("doudi-missing") == 1


def test_an_overlapping_period_is_refused(draft: Policy, login: Login) -> None:
    overlapping = policy_clone(
        policy=draft, code="zhengzhou-2019b", valid_from=date(2019, 7, 1), valid_to=None, drafted_by=None
    )
    colleague = login("colleague")
    post(colleague, overlapping, "review")
    refused = post(colleague, overlapping, "publish", confirmed=names(overlapping))
    assert "在此期间已有发布的政策包" in refused
    assert status(overlapping) == "reviewed"


def test_errors_of_the_audit_are_listed_and_block(draft: Policy, login: Login) -> None:
    draft.rule_set.get(code="critical-poor").bands.all().delete()
    colleague = login("colleague")
    post(colleague, draft, "review")
    audit = visible_text(colleague.get(url(draft, "audit")).content.decode())
    assert "大病保险（困难群众）" in audit
    assert "既无分段比例，也无床日定额。" in audit
    page = visible_text(colleague.get(url(draft, "publish")).content.decode())
    assert "须先改正的错误" in page
    assert "确认发布" not in page
    refused = post(colleague, draft, "publish", confirmed=names(draft))
    assert "待遇规则“大病保险（困难群众）”：既无分段比例，也无床日定额。" in refused
    assert status(draft) == "reviewed"


def test_a_copy_is_a_draft_of_whoever_made_it(draft: Policy, login: Login) -> None:
    colleague = login("colleague")
    fields = {
        "code": "zhengzhou-2021",
        "title": "郑州市2021年待遇",
        "valid_from": "2021-01-01",
        "valid_to": "",
    }
    assert "已克隆为草稿" in post(colleague, draft, "clone", **fields)
    copy = Policy.objects.get(code="zhengzhou-2021")
    assert (copy.status, copy.drafted_by.username, str(copy)) == ("draft", "colleague", "郑州市2021年待遇")
    assert copy.rule_set.count() == draft.rule_set.count()
    assert "代码 zhengzhou-2021 已被使用" in post(colleague, draft, "clone", **fields)
    wrong = {"code": "其他", "title": "", "valid_from": "2021-01-01", "valid_to": "2020-01-01"}
    refused = post(colleague, draft, "clone", **wrong)
    assert "截止日须晚于起始日" in refused
    assert Policy.objects.filter(valid__startswith=date(2021, 1, 1)).count() == 1


def test_a_day_outside_the_period_is_refused(draft: Policy, login: Login) -> None:
    published = Policy.objects.get(code="zhengzhou-2019")
    colleague = login("colleague")
    assert "新的截止日 2021-01-01 须在其有效期内" in post(colleague, published, "close", to="2021-01-01")
    assert "输入一个有效的日期" in post(colleague, published, "close", to="昨天")
    assert Policy.objects.get(pk=published.pk).valid.upper == date(2020, 1, 1)


def test_nobody_without_the_permission_and_nothing_by_a_link(draft: Policy, login: Login) -> None:
    viewer = User.objects.get(username="clerk")
    viewer.user_permissions.clear()
    clerk = login("clerk")
    for action in ("review", "publish", "close", "retire", "clone"):
        assert clerk.post(url(draft, action)).status_code == 403
        assert login("stranger").post(url(draft, action)).status_code == 404
        login("colleague").get(url(draft, action))
    assert clerk.get(url(draft, "audit")).status_code == 200
    assert status(draft) == "draft"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="colleague"))
    assert strict.post(url(draft, "review")).status_code == 403
    assert status(draft) == "draft"


def test_buttons_follow_state_and_permission(draft: Policy, login: Login) -> None:
    def buttons(user: str) -> set[str]:
        page = login(user).get(reverse("admin:policies_policy_change", args=[draft.pk])).content.decode()
        shown = visible_text(page).split("\n")
        return {"审核检查", "复核", "发布", "停用", "提前截止", "克隆", "与其他政策包比较"} & set(shown)

    assert buttons("colleague") == {"审核检查", "复核", "克隆", "与其他政策包比较"}
    assert buttons("nurse") == {"审核检查", "与其他政策包比较"}
    Policy.objects.filter(pk=draft.pk).update(status="reviewed")
    assert buttons("colleague") == {"审核检查", "发布", "克隆", "与其他政策包比较"}


def test_two_packs_are_compared_on_a_page(draft: Policy, login: Login) -> None:
    compare = reverse("admin:policies_policy_compare")
    left, right = (Policy.objects.get(code=f"zhengzhou-{year}").pk for year in (2018, 2019))
    clerk = login("clerk")
    page = clerk.get(compare, {"left": left, "right": right}).content.decode()
    text = visible_text(page)
    assert "7,500.00" in text
    assert "5,500.00" in text
    assert "免挂号费、注射费、换药费、救护车费（县域内）" in text
    assert "未变" not in text.split("\n")
    assert '<td class="doudi-left-changed">7,500.00</td>' in page
    whole = visible_text(
        clerk.get(compare, {"left": left, "right": right, "unchanged": "on"}).content.decode()
    )
    assert "未变" in whole.split("\n")
    assert "内容完全相同" in visible_text(clerk.get(compare, {"left": left, "right": left}).content.decode())
    assert "选择一个有效的选项" in visible_text(
        clerk.get(compare, {"left": "0", "right": left}).content.decode()
    )


def test_whoever_may_not_look_at_packs_compares_none(draft: Policy, login: Login) -> None:
    compare = reverse("admin:policies_policy_compare")
    stranger = login("stranger").get(compare, {"left": draft.pk, "right": draft.pk})
    assert "选择一个有效的选项" in visible_text(stranger.content.decode())
    User.objects.get(username="nurse").groups.clear()
    assert login("nurse").get(compare).status_code == 403
