"""What stands on a paper that somebody carries (证件内容), as text."""

from collections.abc import Sequence
from dataclasses import dataclass

from beneficiaries.models import ChronicCertificate, HealthCard, Person
from common.admin_panels import period

CLAUSE = "郑卫〔2017〕214号"
# What leaves room for everything else on the page; the whole stands in the patient's file.
MOST_SIGNS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One A4 page.

    Attributes:
        title: of the paper, with the city's name.
        number: what people quote.
        standing: why it no longer holds; "" while it does.
        holder: name and value of everything that says whose it is.
        granted: the same of what it grants.
        record: headings of the empty table below, filled in by hand.
        notes: how it is used.
        issued: who issued it, when.
        hotline: whom to ask.
    """

    title: str
    number: str
    standing: str
    holder: Sequence[tuple[str, str]]
    granted: Sequence[tuple[str, str]]
    record: Sequence[str]
    notes: Sequence[str]
    issued: tuple[str, str]
    hotline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """As the county prints its papers."""

    city: str
    county: str
    full_id_number: bool
    hotline: str


def certificate_paper(
    certificate: ChronicCertificate, *, issuer: Issuer, examined_at: str, measure: str, ended: str
) -> Paper:
    """A certificate of a chronic disease (门诊规定病种就医证).

    Args:
        certificate: with person and household.
        issuer: whose paper it is.
        examined_at: the hospital that examined; "" where none is known.
        measure: the treatment that holds; "" without one.
        ended: why it no longer holds; "" while it does.
    """
    return Paper(
        title=f"{issuer.city}门诊规定病种就医证",
        number=certificate.certificate_no,
        standing=ended,
        holder=_holder(certificate.person, issuer),
        granted=(
            ("病种", certificate.disease_name),
            ("有效期", period(certificate.valid)),
            ("鉴定日期", certificate.decided_on.isoformat()),
            ("鉴定机构", examined_at or "—"),
            ("现行治疗措施", _shortened(measure) or "—"),
        ),
        record=("就诊日期", "医疗机构", "诊疗、用药", "经治医师"),
        notes=(
            "慢性病门诊就诊时出示医保卡、健康保障证和本证，由就诊定点医疗机构核对三证后直接结算。",
            "只对本证所列病种、在有效期内的就诊有效；限本人使用，不得转借。",
            "有效期满前可在鉴定医疗机构申请续期；遗失的向发证单位报告。",
            f"依据：{CLAUSE} 三(二)、三(三)。",
        ),
        issued=(f"{issuer.county}医疗保险经办机构", certificate.decided_on.isoformat()),
        hotline=issuer.hotline,
    )


def health_card_paper(card: HealthCard, *, issuer: Issuer, identities: str) -> Paper:
    """A health guarantee card (健康保障证).

    Args:
        card: with person, household and the card it replaces.
        issuer: whose paper it is.
        identities: those that hold on the day of printing.
    """
    granted = [("保障身份", identities or "—"), ("发放日期", card.issued_on.isoformat())]
    if card.replaces is not None:
        granted.append(("补换自", card.replaces.card_no))
    return Paper(
        title=f"{issuer.city}贫困人口健康保障证",
        number=card.card_no,
        standing="" if card.status == HealthCard.Status.ISSUED else card.get_status_display(),
        holder=_holder(card.person, issuer),
        granted=granted,
        record=("日期", "医疗机构", "享受的待遇", "经办人"),
        notes=(
            "就医时与医保卡一并出示；慢性病门诊另须出示门诊规定病种就医证。",
            "限本人使用，不得转借、涂改；遗失的向发证单位挂失、补换。",
            f"依据：{CLAUSE} 三(三)、四(二)。",
        ),
        issued=(f"{issuer.county}卫生健康行政部门", card.issued_on.isoformat()),
        hotline=issuer.hotline,
    )


def _shortened(measure: str) -> str:
    return measure if len(measure) <= MOST_SIGNS else f"{measure[:MOST_SIGNS]}……（见患者档案）"


def _holder(person: Person, issuer: Issuer) -> tuple[tuple[str, str], ...]:
    household = person.household
    return (
        ("姓名", person.name),
        ("性别", person.get_sex_display()),
        ("出生日期", person.born_on.isoformat()),
        ("身份证号", person.id_number if issuer.full_id_number else person.masked_id_number),
        ("县（市、区）", issuer.county),
        ("住址", f"{household.township}{household.village}" if household else "—"),
        ("户编号", household.household_no if household else "—"),
    )
