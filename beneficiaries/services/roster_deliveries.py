"""Files made of a roster for others (名单移交、退回): each is written down with who made it (R28)."""

import hashlib
import tempfile
from collections.abc import Callable
from datetime import date
from typing import IO, Any

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import RosterDelivery, RosterImport
from beneficiaries.selectors.rosters import standing_identities, wrong_rows
from beneficiaries.services.rosters import RosterError
from beneficiaries.workbooks.rosters import write_hand_back, write_pass_on
from common.clock import business_date
from organizations.models import Office
from organizations.scope import Scope

Kind = RosterDelivery.Kind
# The kit of 郑卫〔2017〕214号 四(二): health and medical insurance check who is entitled against it.
RECIPIENTS = (Office.Kind.HEALTH, Office.Kind.MEDICAL_INSURANCE)


def roster_hand_back(*, scope: Scope, roster: RosterImport, user: User) -> IO[bytes]:
    """The workbook of rows that the department has to correct (退回更正).

    Raises:
        RosterError: there is nothing to correct.
    """
    if not roster.count_of("wrong"):
        raise RosterError("nothing_to_correct", "该名单没有需要更正的行")
    rows = wrong_rows(scope=scope, roster=roster)
    return _delivered(
        roster=roster,
        kind=Kind.HANDED_BACK,
        recipient=roster.source,
        user=user,
        write=lambda file: write_hand_back(file, rows=rows, headings=roster.headings, title=str(roster)),
    )


def roster_pass_on(*, scope: Scope, roster: RosterImport, recipient: str, user: User) -> IO[bytes]:
    """The workbook of everybody recognised on the roster's day, for another office (名单移交).

    Raises:
        RosterError: the roster is not in force, or no recipient of such lists.
    """
    if roster.state != RosterImport.State.APPLIED:
        raise RosterError("roster_not_applied", "名单生效后才能移交")
    if roster.year is not None:
        raise RosterError("roster_of_the_insured", "参保名单不移交；参保人员可在“参保”列表中导出")
    if recipient not in RECIPIENTS:
        raise RosterError("recipient_unknown", "请选择接收部门：卫生健康或医保经办")
    identities = standing_identities(scope=scope, roster=roster)
    return _delivered(
        roster=roster,
        kind=Kind.PASSED_ON,
        recipient=recipient,
        user=user,
        write=lambda file: write_pass_on(file, identities=identities, title=f"{roster}：移交名单"),
    )


def roster_receipt(
    *, roster: RosterImport, delivery_id: int, scope: Scope, received_on: date, received_by: str
) -> RosterDelivery:
    """Write down when a list that was passed on was received, and by whom (签收).

    Raises:
        RosterError: not of the roster or the scope, received already, or the day or name is impossible.
    """
    with transaction.atomic():
        deliveries = (
            RosterDelivery.objects.select_for_update(of=("self",))
            .select_related("roster")
            .filter(scope.limit(county="roster__region", hospital=""), pk=delivery_id, roster=roster)
            .filter(kind=Kind.PASSED_ON)
        )
        delivery = deliveries.first()
        if delivery is None or delivery.received_on is not None:
            raise RosterError("delivery_not_open", "没有这份待签收的移交记录")
        in_time = delivery.roster.received_on <= received_on <= business_date()
        if not in_time or not received_by.strip():
            raise RosterError("receipt_incomplete", "请填写签收人；签收日期不早于收到名单之日，不晚于今天")
        delivery.received_on, delivery.received_by = received_on, received_by.strip()[:60]
        delivery.save(update_fields=["received_on", "received_by"])
    return delivery


def _delivered(
    *, roster: RosterImport, kind: str, recipient: str, user: User, write: Callable[[IO[bytes]], int]
) -> IO[bytes]:
    # Without a name in any folder; the answer closes it, and it is gone.
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115
    with transaction.atomic():
        count = write(file)
        file.seek(0)
        RosterDelivery.objects.create(
            roster=roster,
            kind=kind,
            recipient=recipient,
            row_count=count,
            file_sha256=hashlib.file_digest(file, "sha256").hexdigest(),
            made_by=user,
        )
    file.seek(0)
    return file  # type: ignore[no-any-return]
