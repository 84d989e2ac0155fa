"""Print papers that people carry (打印证件): of the scope only, written down as exports."""

import hashlib
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from beneficiaries.models import CertificateStep, ChronicCertificate, HealthCard, Person
from common.clock import business_date
from organizations.models import Region
from organizations.scope import Scope
from reporting.models import ExportLog, PrintSetting
from reporting.papers.paper import Issuer, Paper, certificate_paper, health_card_paper
from reporting.papers.pdf import paper_pdf

CERTIFICATE, HEALTH_CARD = "门诊规定病种就医证", "健康保障证"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPaper:
    """A paper as handed out."""

    content: bytes
    filename: str


@transaction.atomic
def certificate_print(*, scope: Scope, certificate_id: int, by: User) -> PrintedPaper:
    """A certificate of a chronic disease (打印就医证).

    Raises:
        ChronicCertificate.DoesNotExist: the scope has no such certificate.
    """
    rows = ChronicCertificate.objects.select_related("person__household", "person__county__parent")
    certificate = rows.filter(scope.limit(county="person__county", hospital="")).get(pk=certificate_id)
    first = certificate.steps.filter(applied__isnull=False).select_related("applied__application__hospital")
    issued = first.first()
    measure = certificate.measures.first()
    paper = certificate_paper(
        certificate,
        issuer=_issuer(certificate.person.county),
        examined_at=issued.applied.application.hospital.name if issued and issued.applied else "",
        measure=measure.measure if measure else "",
        ended=_ended(certificate),
    )
    return _printed(paper, report=CERTIFICATE, person=certificate.person, by=by)


@transaction.atomic
def health_card_print(*, scope: Scope, card_id: int, by: User) -> PrintedPaper:
    """A health guarantee card (打印健康保障证).

    Raises:
        HealthCard.DoesNotExist: the scope has no such card.
    """
    rows = HealthCard.objects.select_related("person__household", "person__county__parent", "replaces")
    card = rows.filter(scope.limit(county="person__county", hospital="")).get(pk=card_id)
    held = card.person.identities.filter(valid__contains=business_date()).order_by("category", "pk")
    paper = health_card_paper(
        card,
        issuer=_issuer(card.person.county),
        identities="、".join(dict.fromkeys(one.get_category_display() for one in held)),
    )
    return _printed(paper, report=HEALTH_CARD, person=card.person, by=by)


def _issuer(county: Region) -> Issuer:
    setting = PrintSetting.objects.filter(county=county).first()
    return Issuer(
        city=county.parent.name if county.parent is not None else county.name,
        county=county.name,
        full_id_number=setting is not None and setting.full_id_number,
        hotline=setting.hotline if setting is not None else "",
    )


def _ended(certificate: ChronicCertificate) -> str:
    until = certificate.valid.upper
    if until is None or until > business_date():
        return ""
    ended = certificate.steps.filter(kind=CertificateStep.Kind.ENDED).last()
    return f"终止（{ended.reason}）" if ended is not None else "有效期已满"


def _printed(paper: Paper, *, report: str, person: Person, by: User) -> PrintedPaper:
    now = timezone.localtime()
    content = paper_pdf(paper, printed_at=now, printed_by=by.get_full_name() or by.get_username())
    ExportLog.objects.create(
        user=by, report=report, subject=f"{paper.number} {person}"[:300], row_count=1, total_fen=0,
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    return PrintedPaper(content=content, filename=f"{report} {paper.number}.pdf")
