"""Logging in step by step: lock-out, first password, second factor, time limits, history."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from common import totp
from organizations.models import AccountSecurity, LoginRecord, Office, RecoveryCode, StaffMember
from organizations.selectors.accounts import login_name_index
from organizations.services import password_given
from tests import factories

PASSWORD = "县里的第一个密码-7"
NEW_PASSWORD = "只有我知道的密码-42"
HERE = "10.0.0.7"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_files_and_fast_hashes(settings, tmp_path: Path) -> None:
    """No manifest of static files; a hash that is not slow on purpose."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clerk() -> User:
    """An account whose password is its own."""
    return account("clerk")


def account(username: str, *, own: bool = True, **more: Any) -> User:
    user = User.objects.create_user(username, password=PASSWORD, is_staff=True, **more)
    if own:
        AccountSecurity.objects.create(user=user, password_is_own=True)
    return user


def enter(
    client: Client,
    username: str = "clerk",
    password: str = PASSWORD,
    *,
    address: str = "10.0.0.7",
    **more: Any,
) -> Any:
    return client.post(
        "/admin/login/", {"username": username, "password": password, **more}, REMOTE_ADDR=address
    )


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def outcomes() -> list[str]:
    return list(LoginRecord.objects.order_by("id").values_list("outcome", flat=True))


def test_an_own_password_leads_in_and_where_one_wanted_to_go(client: Client, clerk: User) -> None:
    answer = enter(client, next="/admin/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/account/")
    assert is_in(client)
    record = LoginRecord.objects.get()
    assert (record.user, record.outcome, record.address) == (clerk, "success", "10.0.0.7")


def test_another_site_is_no_place_to_go(client: Client, clerk: User) -> None:
    assert enter(client, next="https://example.com/")["Location"] == "/admin/"


def test_a_wrong_password_is_refused_alike_for_known_and_unknown_names(client: Client, clerk: User) -> None:
    pages = [enter(client, username=name, password="falsch-falsch") for name in ("clerk", "nobody")]
    for page in pages:
        assert page.status_code == 200
        assert "用户名或密码不正确" in page.content.decode()
    assert not is_in(client)
    assert [row.user for row in LoginRecord.objects.order_by("id")] == [clerk, None]
    assert "nobody" not in str(list(LoginRecord.objects.values()))


@pytest.mark.parametrize("more", [{"is_active": False}, {"is_staff": False}])
def test_who_has_left_or_is_no_staff_does_not_get_in(
    client: Client, clerk: User, more: dict[str, bool]
) -> None:
    User.objects.filter(pk=clerk.pk).update(**more)
    enter(client)
    assert not is_in(client)
    assert outcomes() == ["wrong_password"]


def test_five_failures_lock_the_account_from_that_address(client: Client, clerk: User) -> None:
    answers = [enter(client, password="falsch-falsch").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = enter(client)
    assert locked.status_code == 429
    assert "登录已暂时锁定" in locked.content.decode()
    assert not is_in(client)
    assert outcomes() == ["wrong_password"] * 5 + ["locked"]
    assert enter(Client(), address="10.0.0.8")["Location"] == "/admin/"


@pytest.mark.parametrize(("minutes", "locked"), [(29, True), (31, False)])
def test_after_half_an_hour_the_lock_is_gone(client: Client, clerk: User, minutes: int, locked: bool) -> None:
    LoginRecord.objects.bulk_create(
        LoginRecord(
            user=clerk,
            name_index=login_name_index("clerk"),
            address="10.0.0.7",
            outcome=LoginRecord.Outcome.WRONG_PASSWORD,
            at=timezone.now() - timedelta(minutes=minutes),
        )
        for _ in range(5)
    )
    enter(client)
    assert is_in(client) is not locked


def fail(client: Client, times: int) -> None:
    for _ in range(times):
        enter(client, password="falsch-falsch")


def test_a_login_starts_the_count_afresh(client: Client, clerk: User) -> None:
    for _ in range(2):
        fail(client, 4)
        assert enter(client).status_code == 302
        client.logout()


def test_the_system_administrator_unlocks_and_only_by_post(
    client: Client, clerk: User, admin_client: Client
) -> None:
    fail(client, 5)
    form = {"action": "unlock", "_selected_action": [clerk.pk]}
    assert "解除登录锁定" in admin_client.post("/admin/auth/user/", form, follow=True).content.decode()
    assert enter(client).status_code == 302
    assert outcomes()[-2:] == ["unlocked", "success"]


def test_history_is_insert_only(clerk: User, client: Client) -> None:
    enter(client)
    for change in (LoginRecord.objects.all().delete, lambda: LoginRecord.objects.update(address="1.1.1.1")):
        with pytest.raises(DatabaseError, match="insert_only"), transaction.atomic():
            change()


def test_history_shows_everybody_his_own_and_all_to_the_administrator(
    client: Client, clerk: User, admin_client: Client
) -> None:
    enter(Client(), address="10.9.9.9")
    enter(Client(), username=account("other").username, address="10.8.8.8")
    enter(client)
    own = client.get("/admin/account/").content.decode()
    assert "10.9.9.9" in own
    assert "10.8.8.8" not in own
    assert client.get("/admin/organizations/loginrecord/").status_code == 403
    everything = admin_client.get("/admin/organizations/loginrecord/").content.decode()
    assert "10.9.9.9" in everything
    assert "10.8.8.8" in everything


def test_a_password_that_somebody_else_set_must_be_changed_first(client: Client) -> None:
    user = account("new", own=False)
    assert enter(client, username="new")["Location"] == "/admin/login/password/"
    assert not is_in(client)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    form = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/admin/login/password/", form)["Location"] == "/admin/"
    assert is_in(client)
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert enter(Client(), username="new", password=NEW_PASSWORD)["Location"] == "/admin/"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (PASSWORD, PASSWORD, "与现在的密码相同"),
        (NEW_PASSWORD, NEW_PASSWORD + "x", "不一致"),
        ("kurz-7!ab", "kurz-7!ab", "10"),
        ("1234567890123", "1234567890123", "数字"),
        ("password123", "password123", "常见"),
        ("new-clerk-1", "new-clerk-1", "相似"),
    ],
)
def test_a_bad_new_password_is_refused_in_chinese(client: Client, first: str, second: str, said: str) -> None:
    user = account("new-clerk", own=False)
    enter(client, username="new-clerk")
    page = client.post("/admin/login/password/", {"password1": first, "password2": second})
    assert said in page.content.decode()
    assert not is_in(client)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_an_administrators_new_password_for_somebody_must_be_changed_again(
    client: Client, clerk: User, admin_client: Client
) -> None:
    form = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert admin_client.post(f"/admin/auth/user/{clerk.pk}/password/", form).status_code == 302
    assert enter(client, password=NEW_PASSWORD)["Location"] == "/admin/login/password/"


def test_rules_of_passwords_speak_chinese() -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password("kurz")
    assert all(re.search(r"[\u4e00-\u9fff]", message) for message in refused.value.messages)


@pytest.fixture
def second_factor(settings) -> None:
    settings.MFA = True


def finance(username: str) -> User:
    user = account(username)
    office = Office.objects.create(name="财政局", kind=Office.Kind.FINANCE, region=factories.county())
    StaffMember.objects.create(user=user, office=office)
    return user


def bind(client: Client) -> tuple[str, list[str]]:
    page = client.get("/admin/login/second-factor/").content.decode()
    assert "<svg" in page
    secret = re.search(r'doudi-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    page = client.post("/admin/login/second-factor/", {"code": code(secret)}).content.decode()
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", page)
    return secret, codes


def code(secret: str, later: int = 0) -> str:
    return totp.code_at(secret, int(time.time()) // 30 + later)


@pytest.mark.parametrize("kind", ["administrator", "finance"])
def test_administrators_and_finance_bind_an_app_before_they_get_in(
    client: Client, second_factor: None, kind: str
) -> None:
    user = account("chief", is_superuser=True) if kind == "administrator" else finance("chief")
    assert enter(client, username="chief")["Location"] == "/admin/login/second-factor/"
    secret, codes = bind(client)
    assert len(set(codes)) == 10
    assert not is_in(client)
    assert client.post("/admin/login/done/")["Location"] == "/admin/"
    assert is_in(client)
    security = AccountSecurity.objects.get(user=user)
    assert secret.encode() not in bytes(security.totp_secret)

    again = Client()
    assert enter(again, username="chief")["Location"] == "/admin/login/code/"
    assert not is_in(again)
    assert "验证码不正确" in again.post("/admin/login/code/", {"code": code(secret)}).content.decode()
    assert again.post("/admin/login/code/", {"code": code(secret, 1)})["Location"] == "/admin/"
    assert is_in(again)


def test_others_need_no_second_factor_and_nobody_does_where_it_is_off(
    client: Client, clerk: User, settings
) -> None:
    account("chief", is_superuser=True)
    assert enter(Client(), username="chief")["Location"] == "/admin/"
    settings.MFA = True
    assert enter(client)["Location"] == "/admin/"


def test_a_wrong_code_binds_nothing(client: Client, second_factor: None) -> None:
    account("chief", is_superuser=True)
    enter(client, username="chief")
    client.get("/admin/login/second-factor/")
    page = client.post("/admin/login/second-factor/", {"code": "000000"}).content.decode()
    assert "验证码不正确" in page
    assert not AccountSecurity.objects.filter(totp_confirmed_at__isnull=False).exists()
    assert client.post("/admin/login/done/")["Location"] == "/admin/login/second-factor/"
    assert not is_in(client)


def bound(client: Client) -> list[str]:
    account("chief", is_superuser=True)
    enter(client, username="chief")
    return bind(client)[1]


def test_a_recovery_code_works_once(client: Client, second_factor: None) -> None:
    codes = bound(client)
    for expected in (True, False):
        telephone_lost = Client()
        enter(telephone_lost, username="chief")
        telephone_lost.post("/admin/login/code/", {"code": codes[0].upper()})
        assert is_in(telephone_lost) is expected
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1


def test_wrong_codes_lock_like_wrong_passwords(client: Client, second_factor: None) -> None:
    bound(client)
    guessing = Client()
    enter(guessing, username="chief", address="127.0.0.1")
    answers = [guessing.post("/admin/login/code/", {"code": "000000"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert enter(Client(), username="chief", address="127.0.0.1").status_code == 429


def test_with_the_password_alone_nobody_sets_another_or_binds_another_app(
    client: Client, second_factor: None
) -> None:
    bound(client)
    password_given(user=User.objects.get(username="chief"))
    thief = Client()
    enter(thief, username="chief")
    for step in ("password", "second-factor", "done"):
        answer = thief.post(f"/admin/login/{step}/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
        assert answer["Location"] == "/admin/login/code/"
    assert not is_in(thief)
    assert User.objects.get(username="chief").check_password(PASSWORD)


def test_the_administrator_takes_a_lost_second_factor_away(
    client: Client, second_factor: None, admin_client: Client
) -> None:
    bound(client)
    user = User.objects.get(username="chief")
    admin_client.post("/admin/auth/user/", {"action": "reset_second_factor", "_selected_action": [user.pk]})
    assert RecoveryCode.objects.count() == 0
    assert enter(Client(), username="chief")["Location"] == "/admin/login/second-factor/"


def test_steps_taken_too_slowly_start_over(client: Client) -> None:
    account("new", own=False)
    enter(client, username="new")
    session = client.session
    session["login"] = {**session["login"], "began_at": time.time() - 601}
    session.save()
    assert client.get("/admin/login/password/")["Location"] == "/admin/login/"


@pytest.mark.parametrize(
    ("began", "seen", "stays"),
    [(0, 1_790, True), (0, 1_810, False), (28_790, 10, True), (28_810, 10, False)],
)
def test_half_an_hour_idle_or_eight_hours_in_all_end_a_login(
    client: Client, clerk: User, began: int, seen: int, stays: bool
) -> None:
    enter(client)
    client.get("/admin/account/")
    session = client.session
    now = time.time()
    session["began_at"], session["seen_at"] = now - max(began, seen), now - seen
    session.save()
    answer = client.get("/admin/account/")
    assert (answer.status_code == 200) is stays
    assert is_in(client) is stays
    if not stays:
        assert answer["Location"] == "/admin/login/?next=/admin/account/"
        assert "登录已超时" in client.get(answer["Location"]).content.decode()


def test_the_session_of_before_the_login_is_not_the_one_after(client: Client, clerk: User) -> None:
    session = client.session
    session["planted"] = 1
    session.save()
    before = client.cookies["sessionid"].value
    enter(client)
    assert client.cookies["sessionid"].value != before
    assert "planted" not in client.session


def test_scripts_inside_pages_are_forbidden_everywhere(client: Client, clerk: User) -> None:
    enter(client)
    for url in ("/admin/", "/admin/login/", "/api/v1/docs/", "/healthz", "/nowhere/"):
        policy = client.get(url)["Content-Security-Policy"]
        directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        evaluates = " 'unsafe-eval'" if url.startswith("/admin/") else ""
        assert directives["script-src"] == f"'self'{evaluates}", url
        assert directives["default-src"] == "'none'", url
        assert directives["frame-ancestors"] == "'none'", url


def test_who_has_the_old_code_binds_another_app_and_the_old_one_holds_until_then(
    client: Client, second_factor: None
) -> None:
    account("chief", is_superuser=True)
    enter(client, username="chief")
    old, old_codes = bind(client)
    client.post("/admin/login/done/")
    assert "更换动态验证码" in client.get("/admin/account/").content.decode()
    page = "/admin/account/second-factor/"
    assert "<svg" not in client.get(page).content.decode()
    assert "验证码不正确" in client.post(page, {"code": "000000"}).content.decode()
    assert client.post(page, {"code": old_codes[0]})["Location"] == page
    new = re.search(r'doudi-secret">([A-Z2-7 ]+)<', client.get(page).content.decode())[1].replace(" ", "")
    assert "验证码不正确" in client.post(page, {"code": "000000"}).content.decode()
    assert len(RecoveryCode.objects.filter(used_at__isnull=True)) == 9
    shown = client.post(page, {"code": code(new)}).content.decode()
    assert len(re.findall(r"<code>([a-z2-7-]{19})</code>", shown)) == 10
    again = Client()
    enter(again, username="chief")
    assert "验证码不正确" in again.post("/admin/login/code/", {"code": code(old, 1)}).content.decode()
    assert again.post("/admin/login/code/", {"code": code(new, 1)})["Location"] == "/admin/"


def test_who_has_no_second_factor_has_none_to_exchange(client: Client, clerk: User) -> None:
    enter(client)
    assert client.get("/admin/account/second-factor/").status_code == 404
    assert client.post("/admin/account/second-factor/", {"code": "000000"}).status_code == 404
