"""Print a settlement statement (打印一单清): compose, render, write down who printed it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from organizations.scope import Scope
from reporting.models import ExportLog
from reporting.selectors.statements import statement_source
from reporting.statements.compose import compose
from reporting.statements.pdf import pdf_of
from reporting.statements.rows import Statement
from reporting.statements.screen import html_of
from reporting.statements.sheet import Sheet, sheet_of

Form = Literal["pdf", "html", "json"]
REPORT = "结算单（一单清）"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStatement:
    """A statement as handed out; ``content`` is the file."""

    statement: Statement
    content: bytes
    filename: str


@transaction.atomic
def statement_print(
    *, scope: Scope, claim_id: int, form: Form, by: User | None = None, at: str = "", download_url: str = ""
) -> PrintedStatement:
    """The statement of a claim of the scope, logged as an export (导出记录).

    Args:
        scope: what the reader may see.
        claim_id: key of the claim.
        form: PDF, a page for the screen, or what stands on it as JSON.
        by: who prints; nobody for a hospital's interface.
        at: what is printed as the printer's name; the user's own name unless given.
        download_url: where the screen's form offers the PDF.

    Raises:
        ClaimNotFoundError: the scope has no such claim.
        StatementMismatchError: its columns differ from what was posted; nothing is handed out.
    """
    source = statement_source(scope=scope, claim_id=claim_id)
    statement = compose(source)
    now = timezone.now()
    printer = at or (by.get_full_name() or by.get_username() if by is not None else "")
    sheet = sheet_of(statement, printed_at=now, printed_by=printer, hotline=source.hotline)
    content = _content(statement, sheet, form=form, printed_at=now, download_url=download_url)
    ExportLog.objects.create(
        user=by,
        report=REPORT,
        subject=f"{statement.settlement_no} 单据 {statement.claim_no}（{form}，{printer}）"[:300],
        row_count=1,
        total_fen=statement.amounts.reimbursed_fen,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return PrintedStatement(
        statement=statement, content=content, filename=f"一单清 {statement.settlement_no}.{form}"
    )


def _content(
    statement: Statement, sheet: Sheet, *, form: Form, printed_at: datetime, download_url: str
) -> bytes:
    if form == "json":
        return json.dumps(asdict(statement), ensure_ascii=False, default=str).encode()
    if form == "pdf":
        return pdf_of(sheet, printed_at=printed_at)
    return html_of(sheet, download_url=download_url).encode()
