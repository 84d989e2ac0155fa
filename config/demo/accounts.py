"""Accounts and keys of the demonstration (演示账号): random, kept under ``var/demo`` for the next run."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

from config.demo.county import COUNTY_CODE
from organizations.models import AccountSecurity, Hospital, HospitalKey, Office, StaffMember
from organizations.services import hospital_key_issue

VIEWED_APPS = ("beneficiaries", "organizations", "policies", "settlement", "reimbursement", "reporting")

# What an office may do beyond looking: each looks ID numbers up (and is logged), and has work of its own.
WORK = {
    Office.Kind.MEDICAL_INSURANCE: (
        "add_idnumberlook",
        "add_hospitalkey",
        "change_hospitalkey",
        "review_policy",
        "change_referralregistration",
        "change_consumableapproval",
        "handle_flag",
    ),
    Office.Kind.HEALTH: ("add_idnumberlook", "change_quarterlyledger"),
    Office.Kind.FINANCE: ("add_idnumberlook",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One login: user name, password, whose it is."""

    username: str
    password: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Logins for people and keys for hospitals (hospital code → key)."""

    accounts: tuple[Account, ...]
    keys: dict[str, str]


@transaction.atomic
def credentials_ready(*, folder: Path) -> Credentials:
    """Accounts and one key per hospital; what ``folder`` kept is used again while it still works."""
    kept_file = folder / "credentials.json"
    kept = json.loads(kept_file.read_text(encoding="utf-8")) if kept_file.exists() else {}
    accounts = _accounts(kept.get("passwords", {}))
    keys = {hospital.code: _key(hospital, kept.get("keys", {})) for hospital in Hospital.objects.all()}
    folder.mkdir(parents=True, exist_ok=True)
    kept_file.touch(mode=0o600)
    kept_file.write_text(
        json.dumps({"passwords": {a.username: a.password for a in accounts}, "keys": keys}),
        encoding="utf-8",
    )
    return Credentials(accounts=accounts, keys=keys)


def _accounts(kept: dict[str, str]) -> tuple[Account, ...]:
    viewers, _ = Group.objects.get_or_create(name="查看人员")
    viewers.permissions.set(
        Permission.objects.filter(content_type__app_label__in=VIEWED_APPS, codename__startswith="view_")
    )
    accounts = []
    for username, title, office_kind in (
        ("admin", "系统管理员", None),
        ("office", "示例县医疗保障局", Office.Kind.MEDICAL_INSURANCE),
        ("health", "示例县卫生健康委员会", Office.Kind.HEALTH),
        ("finance", "示例县财政局", Office.Kind.FINANCE),
    ):
        password = kept.get(username) or secrets.token_urlsafe(9)
        user, created = User.objects.get_or_create(username=username, defaults={"is_staff": True})
        if created or not user.check_password(password):
            user.set_password(password)
            user.is_superuser = office_kind is None
            user.save()
        # Made for whoever runs the demonstration: nobody has to change it first.
        AccountSecurity.objects.update_or_create(user=user, defaults={"password_is_own": True})
        if office_kind is not None:
            user.groups.add(viewers)
            user.user_permissions.set(Permission.objects.filter(codename__in=WORK[office_kind]))
            office = Office.objects.get(kind=office_kind, region__code=COUNTY_CODE)
            StaffMember.objects.get_or_create(user=user, defaults={"office": office})
        accounts.append(Account(username=username, password=password, title=title))
    return tuple(accounts)


def _key(hospital: Hospital, kept: dict[str, str]) -> str:
    key = kept.get(hospital.code)
    if key and HospitalKey.objects.is_valid(key):
        return key
    return hospital_key_issue(hospital=hospital, name="演示")
