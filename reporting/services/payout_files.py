"""The file for the bank (一卡通代发文件): from the frozen batch, whenever asked for, always the same list."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from common.codes import Tier
from common.money import format_yuan
from policies.models import Fund
from reporting.errors import PayoutMismatchError
from reporting.services.handing_over import export_log, written_aside
from reporting.workbooks.payouts import FundRow, PayoutHead, TransferRow, write_payout_workbook
from reporting.workbooks.tables import Totals
from settlement.models import PayoutBatch
from settlement.selectors.payouts import fund_totals, payout_items

PURPOSE = "医疗保障待遇"
CHUNK = 2000


def payout_file_write(*, batch: PayoutBatch, path: Path, by: User | None) -> Path:
    """Write the list of a batch for the bank and log the export (R76).

    The file appears under ``path`` whole or not at all. Nothing is decided here: a run that was killed after
    the batch was made is simply repeated.

    Raises:
        PayoutMismatchError: transfers or funds do not come to the batch's total.
    """
    head = PayoutHead(
        number=batch.number,
        county=batch.county.name,
        made_on=batch.made_on.isoformat(),
        total_fen=batch.total_fen,
        count=batch.item_count,
        content_hash=batch.content_hash,
    )
    with written_aside(path) as draft:
        written = write_payout_workbook(
            path=draft,
            head=head,
            transfers=_transfers(batch),
            funds=_funds(batch),
            made_at=timezone.localtime(),
        )
        _check(batch, *written)
        export_log(
            draft=draft,
            by=by,
            report="一卡通代发清单",
            subject=f"{batch.county.name} 批次 {batch.number}",
            rows=written[0].rows,
            total_fen=written[0].sums["amount_fen"],
        )
    return path


def _check(batch: PayoutBatch, transfers: Totals, funds: Totals) -> None:
    got = (transfers.rows, transfers.sums["amount_fen"], funds.sums["amount_fen"])
    if got != (batch.item_count, batch.total_fen, batch.total_fen):
        raise PayoutMismatchError(
            batch_no=batch.number,
            written=f"{format_yuan(got[1])} 元（{got[0]} 笔，资金来源 {format_yuan(got[2])} 元）",
            expected=f"{format_yuan(batch.total_fen)} 元（{batch.item_count} 笔）",
        )


def _transfers(batch: PayoutBatch) -> Iterator[TransferRow]:
    for number, item in enumerate(payout_items(batch=batch).iterator(chunk_size=CHUNK), start=1):
        account = item.account
        yield TransferRow(
            number=number,
            holder=account.holder_name,
            account_encrypted=bytes(account.number_encrypted),
            bank=account.bank,
            amount_fen=item.amount_fen,
            patient=item.person.name,
            id_last4=item.person.id_last4,
            relation=account.get_relation_display(),
            item_no=f"{batch.number}-{item.pk}",
            purpose=PURPOSE,
        )


def _funds(batch: PayoutBatch) -> list[FundRow]:
    names = dict(Fund.objects.values_list("code", "name"))
    labels = {str(code): str(label) for code, label in Tier.choices}
    return [
        FundRow(number=number, tier=labels.get(tier, tier), fund=names.get(fund, fund), amount_fen=fen)
        for number, (tier, fund, fen) in enumerate(fund_totals(batch=batch), start=1)
    ]
