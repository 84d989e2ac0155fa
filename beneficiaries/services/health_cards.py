"""Health guarantee cards (健康保障证): issue, report lost, replace, withdraw; one transaction each."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.errors import PaperError
from beneficiaries.models import HealthCard, HealthCardStep, NumberSeries, Person
from beneficiaries.services.numbers import number_series_lock, number_take
from common.clock import business_date

Status = HealthCard.Status


@transaction.atomic
def health_card_issue(
    *, person: Person, by: User, issued_on: date | None = None, card_no: str = ""
) -> HealthCard:
    """Issue a card (发放健康保障证, 郑卫〔2017〕214号 四(二)).

    Args:
        person: whose it is.
        by: who issues it.
        issued_on: when; None: today.
        card_no: as printed on a card that exists; empty: the county's next number.

    Raises:
        PaperError: a card is valid or reported lost; the number was used; a day to come.
    """
    day = issued_on or business_date()
    # The series' lock queues two clerks who serve one person.
    series = number_series_lock(kind=NumberSeries.Kind.HEALTH_CARD, county=person.county, year=day.year)
    held = person.health_cards.filter(status__in=(Status.ISSUED, Status.LOST)).first()
    if held is not None:
        raise PaperError(
            f"该人员已有健康保障证 {held.card_no}（{held.get_status_display()}），请在该证上办理补换或收回。"
        )
    if day > business_date():
        raise PaperError(f"发放日期不能晚于今天（{business_date()}）。")
    return _issue(series, person=person, by=by, on=day, card_no=card_no.strip())


@transaction.atomic
def health_card_report_lost(*, card: HealthCard, by: User, reason: str) -> HealthCard:
    """Report a card lost (挂失): from now on a visit that shows it is refused.

    Raises:
        PaperError: it is not valid, or no reason is given.
    """
    return _move(card, Status.LOST, allowed=(Status.ISSUED,), by=by, reason=reason)


@transaction.atomic
def health_card_withdraw(*, card: HealthCard, by: User, reason: str) -> HealthCard:
    """Take a card back (收回), such as when the identity ended.

    Raises:
        PaperError: it is neither valid nor lost, or no reason is given.
    """
    return _move(card, Status.WITHDRAWN, allowed=(Status.ISSUED, Status.LOST), by=by, reason=reason)


@transaction.atomic
def health_card_replace(*, card: HealthCard, by: User, reason: str, card_no: str = "") -> HealthCard:
    """Replace a lost or damaged card by a new one (补换); the old one never holds again.

    Raises:
        PaperError: it is neither valid nor lost, no reason is given, or the new number was used.
    """
    today = business_date()
    series = number_series_lock(
        kind=NumberSeries.Kind.HEALTH_CARD, county=card.person.county, year=today.year
    )
    old = _move(card, Status.REPLACED, allowed=(Status.ISSUED, Status.LOST), by=by, reason=reason)
    return _issue(series, person=old.person, by=by, on=today, card_no=card_no.strip(), replaces=old)


def _issue(
    series: NumberSeries,
    *,
    person: Person,
    by: User,
    on: date,
    card_no: str,
    replaces: HealthCard | None = None,
) -> HealthCard:
    if card_no and HealthCard.objects.filter(card_no=card_no).exists():
        raise PaperError("该健康保障证号已经登记过，请核对证号。")
    card = HealthCard.objects.create(
        card_no=card_no or number_take(series), person=person, issued_on=on, replaces=replaces
    )
    HealthCardStep.objects.create(card=card, status=Status.ISSUED, on=business_date(), by=by)
    return card


def _move(
    card: HealthCard, status: HealthCard.Status, *, allowed: tuple[str, ...], by: User, reason: str
) -> HealthCard:
    locked = HealthCard.objects.select_for_update(of=("self",)).select_related("person").get(pk=card.pk)
    if locked.status not in allowed:
        raise PaperError(f"该证现在的状态是“{locked.get_status_display()}”，不能办理“{status.label}”。")
    if not reason.strip():
        raise PaperError("请写明原因。")
    locked.status = status
    locked.save(update_fields=["status"])
    HealthCardStep.objects.create(
        card=locked, status=status, on=business_date(), by=by, reason=reason.strip()[:300]
    )
    return locked
