"""The eligibility answer as JSON (资格查询答复)."""

from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from common.codes import Tier
from common.money import format_yuan
from settlement.engine.compiled import ADMISSIONS_POOL
from settlement.selectors.eligibility import CertificateQuota, Eligibility


def eligibility_out(found: Eligibility) -> dict[str, Any]:
    """Identities, certificates with quota left, and the year so far; the ID number is not repeated."""
    return {
        "name": found.person.name,
        "id_last4": found.person.id_last4,
        "died_on": _day(found.person.died_on),
        "on": found.on.isoformat(),
        "enrolment": _enrolment(found),
        "policy": found.policy.code if found.policy is not None else None,
        "identities": [
            {
                "category": identity.category,
                "name": identity.get_category_display(),
                **_period(identity.valid),
            }
            for identity in found.identities
        ],
        "certificates": [_certificate(certificate) for certificate in found.certificates],
        "referrals": [
            {
                "request_no": referral.request_no,
                "hospital": referral.hospital.code,
                "to_hospital": referral.to_hospital.code if referral.to_hospital is not None else None,
                "to_place": referral.to_place,
                **_period(referral.valid),
            }
            for referral in found.referrals
        ],
        "year": {
            "benefit_year": found.on.year,
            "admissions": found.pools.get(ADMISSIONS_POOL, 0),
            "payments": [
                {"tier": tier, "tier_name": str(Tier(tier).label), "amount": format_yuan(fen)}
                for tier, fen in found.paid.items()
            ],
            "caps": [
                {
                    "tier": cap.tier,
                    "tier_name": str(Tier(cap.tier).label),
                    "benefit": cap.benefit,
                    "pool": cap.pool,
                    "limit": format_yuan(cap.limit_fen),
                    "used": format_yuan(cap.used_fen),
                    "left": format_yuan(max(0, cap.limit_fen - cap.used_fen)),
                    "no_cap": cap.no_cap,
                }
                for cap in found.caps
            ],
            "pools": {
                pool: format_yuan(fen) for pool, fen in sorted(found.pools.items()) if pool != ADMISSIONS_POOL
            },
        },
    }


def _enrolment(found: Eligibility) -> dict[str, Any] | None:
    enrolment = found.enrolment
    if enrolment is None:
        return None
    return {
        "year": enrolment.year,
        "insurance_type": enrolment.insurance_type,
        "insurance_type_name": enrolment.get_insurance_type_display(),
        "county": enrolment.county.code,
        "county_name": enrolment.county.name,
    }


def _certificate(found: CertificateQuota) -> dict[str, Any]:
    certificate, quota = found.certificate, found.quota
    row: dict[str, Any] = {
        "certificate_no": certificate.certificate_no,
        "disease": certificate.disease,
        "disease_name": certificate.disease_name,
        **_period(certificate.valid),
        "quota": None,
    }
    if quota is not None and quota.amount_fen is not None:
        row["quota"] = {
            "period": quota.period,
            "limit": format_yuan(quota.amount_fen),
            "used": format_yuan(found.used_fen),
            "left": format_yuan(max(0, quota.amount_fen - found.used_fen)),
        }
    return row


def _period(valid: DateRange) -> dict[str, str | None]:
    return {"valid_from": _day(valid.lower), "valid_to": _day(valid.upper)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
