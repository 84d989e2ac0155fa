"""Views that clerks keep (常用视图): filters and order, never what was searched for; own ones, or shared."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from organizations.models import Office, Region, SavedView
from organizations.services import roles_apply, staff_member_appoint
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST = "settlement_claim"


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any, tmp_path: Path) -> None:
    """Tests collect no static files."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def county(db: None) -> Region:
    """A county with an insurance office."""
    roles_apply()
    return factories.county()


def clerk(name: str, at: Region) -> Client:
    office, _ = Office.objects.get_or_create(name=f"{at.name}医保局", kind="medical_insurance", region=at)
    user = User.objects.create_user(name)
    staff_member_appoint(user=user, at=office, role="medical_insurance")
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def keep(client: Client, asked: str, title: str, **sent: str) -> Any:
    url = reverse("saved-view-save", args=[LIST])
    return client.post(url, {"asked": asked, "title": title, **sent})


def bar(client: Client) -> str:
    return str(client.get(reverse(f"admin:{LIST}_changelist")).content.decode())


def test_a_view_keeps_filters_and_order_and_drops_what_was_searched_for(county: Region) -> None:
    me = clerk("me", county)
    asked = "q=张三&p=2&visit_type__exact=inpatient&o=-5&discharged_on_from=2019-04-01&discharged_on_to="
    form = me.post(reverse("saved-view-save", args=[LIST]), {"asked": asked}).content.decode()
    for words in ("就诊类型：住院", "2019-04-01 至 不限", "搜索词可能是姓名或号码，不保存。"):
        assert words in form, words
    answer = keep(me, asked, "二季度住院")
    kept = "discharged_on_from=2019-04-01&o=-5&visit_type__exact=inpatient"
    assert answer["Location"] == f"/admin/settlement/claim/?{kept}"
    view = SavedView.objects.get()
    assert (view.title, view.parameters, view.office) == ("二季度住院", kept, None)
    shown = bar(me)
    assert f'href="?{kept.replace("&", "&amp;")}"' in shown
    assert me.get(answer["Location"]).status_code == 200


def test_a_mere_search_is_not_kept(county: Region) -> None:
    me = clerk("me", county)
    answer = me.post(reverse("saved-view-save", args=[LIST]), {"asked": "q=410199196005170012"}, follow=True)
    assert "没有可保存的筛选或排序" in answer.content.decode()
    refused = keep(me, "visit_type__exact=inpatient", "410199196005170012")
    assert "名称中不能有身份证号、电话等号码" in refused.content.decode()
    assert keep(me, "visit_type__exact=inpatient&discharged_on_from=x", "坏").status_code == 400
    assert not SavedView.objects.exists()


def test_a_view_is_seen_by_its_owner_and_when_shared_by_the_office(county: Region) -> None:
    me, colleague = clerk("me", county), clerk("colleague", county)
    stranger = clerk("stranger", factories.county("410185", "邻县"))
    keep(me, "visit_type__exact=inpatient", "我的住院")
    keep(me, "referral__exact=not_needed", "大家的", shared="on")
    assert ["我的住院" in bar(each) for each in (me, colleague, stranger)] == [True, False, False]
    assert ["大家的（共用）" in bar(each) for each in (me, colleague, stranger)] == [True, True, False]


def test_only_the_owner_renames_and_deletes_a_view(county: Region) -> None:
    me, colleague = clerk("me", county), clerk("colleague", county)
    keep(me, "visit_type__exact=inpatient", "住院", shared="on")
    keep(me, "referral__exact=not_needed", "另一个")
    view = SavedView.objects.get(title="住院")
    page, gone = reverse("saved-view-edit", args=[view.pk]), reverse("saved-view-delete", args=[view.pk])
    assert colleague.get(page).status_code == 404
    assert colleague.post(page, {"title": "改名"}).status_code == 404
    assert colleague.post(gone).status_code == 404
    assert "您在这个列表已有名为“另一个”的视图" in me.post(page, {"title": "另一个"}).content.decode()
    assert me.get(gone).status_code == 405
    me.post(page, {"title": "住院病人"})
    view.refresh_from_db()
    assert (view.title, view.office) == ("住院病人", None)
    me.post(gone)
    assert list(SavedView.objects.values_list("title", flat=True)) == ["另一个"]


def test_more_filters_than_fit_are_refused_in_words(county: Region) -> None:
    me = clerk("me", county)
    answer = keep(me, "&".join(["visit_type__exact=inpatient"] * 40), "太多")
    assert "筛选条件太多，不能保存" in answer.content.decode()
    assert not SavedView.objects.exists()


def test_a_view_whose_filters_are_no_more_can_be_deleted(county: Region) -> None:
    me = clerk("me", county)
    keep(me, "visit_type__exact=inpatient", "旧")
    for gone in ("discharged_on_from=x", "no_such_filter__exact=1"):
        SavedView.objects.update(parameters=gone)
        view = SavedView.objects.get()
        page = me.get(reverse("saved-view-edit", args=[view.pk]))
        assert "筛选条件已失效，请删除此视图" in page.content.decode(), gone
    me.post(reverse("saved-view-delete", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_list_that_one_may_not_see_keeps_no_view(county: Region) -> None:
    me = clerk("me", county)
    for name, status in (("auth_user", 404), ("common_change", 403), ("nothing", 404)):
        url = reverse("saved-view-save", args=[name])
        assert me.post(url, {"asked": "o=1", "title": "无"}).status_code == status, name
    assert not SavedView.objects.exists()
