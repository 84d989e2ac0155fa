"""The list for the bank (一卡通代发清单): every transfer with its account, then what each fund pays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from common.money import format_capital
from reporting.columns import count, id_number, money, text
from reporting.workbooks.books import open_book
from reporting.workbooks.tables import Caption, Table, Totals

# Two to a row: the table of funds is narrow.
_SIGNATURES = (
    ("制单人：", "复核人："),
    ("单位负责人：", "日期：      年    月    日"),
    ("经办机构（盖章）：", "代发银行（盖章）："),
)


_NUMBER = count("序号", "number", 6)
_AMOUNT = money("金额（元）", "amount_fen", 14)
TRANSFER_COLUMNS = (
    _NUMBER,
    text("户名", "holder", 12),
    id_number("账号", "account_encrypted", 26),
    text("开户行", "bank", 30),
    _AMOUNT,
    text("患者姓名", "patient", 12),
    text("身份证号后四位", "id_last4", 10),
    text("与患者关系", "relation", 14),
    text("明细编号", "item_no", 14),
    text("用途", "purpose", 20),
)
FUND_COLUMNS = (_NUMBER, text("保障层次", "tier", 24), text("资金来源", "fund", 44), _AMOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """One transfer; the account number is decrypted only where the cell is written."""

    number: int
    holder: str
    account_encrypted: bytes
    bank: str
    amount_fen: int
    patient: str
    id_last4: str
    relation: str
    item_no: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRow:
    """What one fund pays of the batch, sums to recover taken off."""

    number: int
    tier: str
    fund: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutHead:
    """What stands around the list; ``total_fen`` and ``count`` are those of the batch."""

    number: str
    county: str
    made_on: str
    total_fen: int
    count: int
    content_hash: str


def write_payout_workbook(
    *,
    path: Path,
    head: PayoutHead,
    transfers: Iterable[TransferRow],
    funds: Sequence[FundRow],
    made_at: datetime,
) -> tuple[Totals, Totals]:
    """Write the list; returns what was written of transfers and of funds."""
    with open_book(path) as (book, styles):
        listed = Table(
            book=book,
            styles=styles,
            name="代发清单",
            caption=_caption(head, made_at, "一卡通代发清单"),
            columns=TRANSFER_COLUMNS,
        ).write(transfers)
        by_fund = Table(
            book=book,
            styles=styles,
            name="资金来源",
            caption=_caption(head, made_at, "代发资金来源表"),
            columns=FUND_COLUMNS,
        ).write(funds)
    return listed, by_fund


def _caption(head: PayoutHead, made_at: datetime, title: str) -> Caption:
    return Caption(
        title=title,
        lines=(
            (f"县（市、区）：{head.county}", f"批次号：{head.number}"),
            (f"制单日期：{head.made_on}", "单位：元"),
        ),
        capital=f"合计（人民币大写）：{format_capital(head.total_fen)}",
        counted=f"共 {head.count} 笔",
        signatures=_SIGNATURES,
        stamp=f"生成时间 {made_at:%Y-%m-%d %H:%M:%S}    内容摘要 SHA-256 {head.content_hash}",
    )
