"""Quick search (快速查找): a person, a certificate, a claim by what people have at hand."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

from beneficiaries.models import CertificationApplication, ChronicCertificate, HealthCard, Person
from common.encryption import blind_index
from organizations.models import Hospital
from organizations.scope import Scope
from settlement.models import Claim, ManualClaim, PayoutBatch

# Whoever gets more gives more of the name.
MOST = 20
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What can be found (可查内容), inside a scope, under a term."""

    title: str
    says: str
    permission: str
    find: Callable[[Scope, str], QuerySet[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows of one group, ``MOST`` at most; ``more`` where there are more."""

    title: str
    rows: Sequence[Any]
    more: bool


def term_of(written: str) -> str:
    """What somebody typed, as numbers are kept: half-width, without spaces, ``x`` large."""
    term = "".join(unicodedata.normalize("NFKC", written).split())
    return term.upper() if ID_NUMBER.fullmatch(term.upper()) else term


def is_id_number(term: str) -> bool:
    """Whether it looks like a full ID number."""
    return ID_NUMBER.fullmatch(term) is not None


def searched_by(user: AbstractBaseUser | AnonymousUser) -> str:
    """By what the user may search, in words; "" where there is nothing to find."""
    groups = [group.says for group in GROUPS if user.has_perm(group.permission)]  # type: ignore[union-attr]
    return "、".join(groups)


def found_by(*, scope: Scope, user: AbstractBaseUser | AnonymousUser, term: str) -> list[Found]:
    """What the user may see under ``term``, a query per group; under an ID number, people alone."""
    groups = GROUPS[:1] if is_id_number(term) else GROUPS
    found = []
    for group in groups:
        if user.has_perm(group.permission):  # type: ignore[union-attr]
            rows = list(group.find(scope, term)[: MOST + 1])
            if rows:
                found.append(Found(title=group.title, rows=rows[:MOST], more=len(rows) > MOST))
    return found


def _people(scope: Scope, term: str) -> QuerySet[Person]:
    rows = Person.objects.filter(scope.limit(county="county", hospital="")).select_related(
        "household", "county"
    )
    if scope.hospital_id is not None:
        return rows.none()
    if is_id_number(term):
        return rows.filter(id_index=blind_index(term))
    return rows.filter(name__startswith=term).order_by("name", "pk")


def _certificates(scope: Scope, term: str) -> QuerySet[ChronicCertificate]:
    rows = ChronicCertificate.objects.filter(scope.limit(county="person__county", hospital=""))
    return rows.filter(certificate_no=term).select_related("person").order_by("pk")


def _cards(scope: Scope, term: str) -> QuerySet[HealthCard]:
    rows = HealthCard.objects.filter(scope.limit(county="person__county", hospital=""))
    return rows.filter(card_no=term).select_related("person").order_by("pk")


def _applications(scope: Scope, term: str) -> QuerySet[CertificationApplication]:
    rows = CertificationApplication.objects.filter(scope.limit(county="county", hospital="hospital"))
    return rows.filter(application_no=term).select_related("person", "hospital").order_by("pk")


def _claims(scope: Scope, term: str) -> QuerySet[Claim]:
    rows = Claim.objects.filter(scope.limit(county="insured_county", hospital="hospital"), claim_no=term)
    # The numbers' index begins with the hospital: one look per hospital instead of one through all claims.
    rows = rows.filter(hospital__in=Hospital.objects.values("pk"))
    return rows.select_related("person", "hospital").order_by("pk")


def _manual(scope: Scope, term: str) -> QuerySet[ManualClaim]:
    rows = ManualClaim.objects.filter(scope.limit(county="county", hospital=""), pk=_key(term, "LX"))
    return rows.select_related("person", "hospital")


def _batches(scope: Scope, term: str) -> QuerySet[PayoutBatch]:
    return PayoutBatch.objects.filter(scope.limit(county="county", hospital=""), pk=_key(term, "ZF"))


def _key(term: str, prefix: str) -> int:
    """The key in a number such as ``LX00000012``; no row's where it is none."""
    number = re.fullmatch(prefix + r"([0-9]{1,12})", term.upper())
    return int(number[1]) if number else 0


GROUPS: tuple[Group, ...] = (
    Group(title="人员", says="姓名、身份证号", permission="beneficiaries.view_person", find=_people),
    Group(
        title="门诊规定病种就医证",
        says="就医证号",
        permission="beneficiaries.view_chroniccertificate",
        find=_certificates,
    ),
    Group(title="健康保障证", says="健康保障证号", permission="beneficiaries.view_healthcard", find=_cards),
    Group(
        title="慢性病鉴定申请",
        says="鉴定申请编号",
        permission="beneficiaries.view_certificationapplication",
        find=_applications,
    ),
    Group(title="费用申报", says="单据号", permission="settlement.view_claim", find=_claims),
    Group(title="零星报销", says="受理编号", permission="settlement.view_manualclaim", find=_manual),
    Group(title="支付批次", says="支付批次号", permission="settlement.view_payoutbatch", find=_batches),
)
