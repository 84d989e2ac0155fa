"""Accounts and keys of the demonstration (演示账号): random, kept under ``var/demo`` for the next run."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from config.demo.county import COUNTY_CODE
from organizations.models import AccountSecurity, Hospital, HospitalKey, Office, Region
from organizations.roles import HOSPITAL, INSURER
from organizations.services import hospital_key_issue, staff_member_appoint

# User name, who it is, role; two people of one office, so that second reviews find a second person.
LOGINS: tuple[tuple[str, str, str], ...] = (
    ("admin", "系统管理员", ""),
    ("office", "示例县医疗保障局 经办", Office.Kind.MEDICAL_INSURANCE),
    ("office2", "示例县医疗保障局 复核", Office.Kind.MEDICAL_INSURANCE),
    ("insurer", "承办保险机构（受医疗保障局委托）", INSURER),
    ("health", "示例县卫生健康委员会", Office.Kind.HEALTH),
    ("civil", "示例县民政局", Office.Kind.CIVIL_AFFAIRS),
    ("poverty", "示例县扶贫办", Office.Kind.POVERTY),
    ("finance", "示例县财政局", Office.Kind.FINANCE),
    ("hospital", "医疗机构医保办", HOSPITAL),
    ("prefecture", "市级主管部门", Office.Kind.SUPERVISOR),
)


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
    accounts = []
    for username, title, role in LOGINS:
        password = kept.get(username) or secrets.token_urlsafe(9)
        user, created = User.objects.get_or_create(username=username, defaults={"is_staff": True})
        if created or not user.check_password(password):
            user.set_password(password)
            user.is_superuser = not role
            user.save()
        # Made for whoever runs the demonstration: nobody has to change it first.
        AccountSecurity.objects.update_or_create(user=user, defaults={"password_is_own": True})
        if role:
            staff_member_appoint(user=user, at=_workplace(role), role=role)
        accounts.append(Account(username=username, password=password, title=title))
    return tuple(accounts)


def _workplace(role: str) -> Office | Hospital:
    """Where the holder of a role works; an office that is missing is founded."""
    county = Region.objects.get(code=COUNTY_CODE)
    if role == HOSPITAL:
        return Hospital.objects.get(code="H41019900003")
    if role == Office.Kind.SUPERVISOR:
        office, _ = Office.objects.get_or_create(
            kind=role, region=county.parent or county, defaults={"name": "示例市医疗保障局"}
        )
        return office
    kind = Office.Kind.MEDICAL_INSURANCE if role == INSURER else Office.Kind(role)
    found = Office.objects.filter(kind=kind, region=county).order_by("pk").first()
    return found or Office.objects.create(kind=kind, region=county, name=f"{county.name}{kind.label}")


def _key(hospital: Hospital, kept: dict[str, str]) -> str:
    key = kept.get(hospital.code)
    if key and HospitalKey.objects.is_valid(key):
        return key
    return hospital_key_issue(hospital=hospital, name="演示")
