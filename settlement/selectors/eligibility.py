"""What a person is entitled to on a day (资格查询)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Sum

from beneficiaries.models import ChronicCertificate, Enrolment, Identity, Person
from common.encryption import blind_index
from common.id_numbers import age_on
from organizations.models import Region
from policies.errors import PolicyNotFoundError
from policies.models import Policy
from policies.selectors import policy_in_force
from settlement.compiler import compiled_policy
from settlement.engine.facts import Facts
from settlement.engine.quota import quota_pool
from settlement.engine.terms import TIERS, Quota
from settlement.errors import PersonNotFoundError
from settlement.models import Payment, ReferralRegistration, Settlement
from settlement.selectors.caps import CapLeft, caps_left
from settlement.selectors.grounds import referrals_covering


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateQuota:
    """A valid certificate and, where the policy sets one, its disease's quota, fen."""

    certificate: ChronicCertificate
    quota: Quota | None
    used_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Everything a hospital's window must know; ``paid`` is the year so far by tier, fen."""

    person: Person
    on: date
    enrolment: Enrolment | None
    policy: Policy | None
    identities: Sequence[Identity]
    certificates: Sequence[CertificateQuota]
    referrals: Sequence[ReferralRegistration]
    paid: Mapping[str, int]
    pools: Mapping[str, int]
    caps: Sequence[CapLeft] = ()


def eligibility_of(*, id_number: str, on: date) -> Eligibility:
    """Look a person up by the whole ID number.

    There is no scope: whoever is treated anywhere may be asked about, and only by the whole number.

    Raises:
        PersonNotFoundError: nobody is registered under the ID number.
    """
    person = Person.objects.filter(id_index=blind_index(id_number)).first()
    if person is None:
        raise PersonNotFoundError
    return eligibility_of_person(person=person, on=on)


def eligibility_of_person(*, person: Person, on: date) -> Eligibility:
    """What a person is entitled to on a day; whoever asks has found the person inside their scope."""
    enrolment = person.enrolments.select_related("county__parent").filter(year=on.year).first()
    policy = _policy(enrolment, on)
    latest = Settlement.objects.filter(person_year__person=person, person_year__year=on.year)
    pools = latest.order_by("-id").values_list("pools_after", flat=True).first() or {}
    quotas = compiled_policy(policy.pk).policy.quotas if policy is not None else {}
    payments = Payment.objects.filter(claim__person=person, benefit_year=on.year)
    paid = dict(payments.order_by().values_list("tier").annotate(Sum("amount_fen")))
    found = Eligibility(
        person=person,
        on=on,
        enrolment=enrolment,
        policy=policy,
        identities=list(person.identities.filter(valid__contains=on)),
        certificates=[
            _with_quota(certificate, quotas.get(certificate.disease), pools, on)
            for certificate in person.certificates.filter(valid__contains=on)
        ],
        referrals=list(
            referrals_covering(person_id=person.pk, on=on)
            .select_related("hospital", "to_hospital")
            .order_by("id")
        ),
        paid={tier: paid[tier] for tier in TIERS if tier in paid},
        pools=pools,
    )
    return replace(found, caps=_caps(found))


def _caps(found: Eligibility) -> Sequence[CapLeft]:
    if found.policy is None or found.enrolment is None:
        return ()
    facts = Facts(
        identities=frozenset(identity.category for identity in found.identities),
        insurance_type=found.enrolment.insurance_type,
        age_years=age_on(found.person.born_on, found.on),
        county_class=found.enrolment.county.county_class,
    )
    return caps_left(policy=compiled_policy(found.policy.pk).policy, facts=facts, pools=found.pools)


def _policy(enrolment: Enrolment | None, on: date) -> Policy | None:
    if enrolment is None:
        return None
    county = enrolment.county
    city = county.parent if county.level == Region.Level.COUNTY else county
    try:
        return policy_in_force(city_code=city.code, on=on) if city is not None else None
    except PolicyNotFoundError:
        return None


def _with_quota(
    certificate: ChronicCertificate, quota: Quota | None, pools: Mapping[str, int], on: date
) -> CertificateQuota:
    used_fen = pools.get(quota_pool(quota.disease, quota.period, on), 0) if quota is not None else 0
    return CertificateQuota(certificate=certificate, quota=quota, used_fen=used_fen)
