"""All statements of a ledger in one archive (批量打印一单清): one page after another, flat memory."""

import zipfile
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.contrib.auth.models import User

from organizations.scope import Scope
from reimbursement.models import LedgerLine, QuarterlyLedger
from reporting.services.statements import statement_print


def ledger_statements_write(
    *, scope: Scope, ledger: QuarterlyLedger, path: Path, by: User | None = None, at: str = "系统"
) -> int:
    """Write a PDF for every claim that a ledger pays on, each logged; the archive appears whole.

    Returns:
        How many statements there are.

    Raises:
        ClaimNotFoundError: the ledger has a claim outside the scope.
        StatementMismatchError: a claim's columns differ from what was posted.
    """
    lines = LedgerLine.objects.filter(ledger=ledger).order_by("payment__claim_id")
    # Keys only: the statements themselves come and go one by one.
    claim_ids = list(lines.values_list("payment__claim_id", flat=True).distinct())
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as draft:
        aside = Path(draft.name)
        try:
            # Pages are compressed already.
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
                for claim_id in claim_ids:
                    printed = statement_print(scope=scope, claim_id=claim_id, form="pdf", by=by, at=at)
                    archive.writestr(printed.filename, printed.content)
        except BaseException:
            aside.unlink()
            raise
    aside.chmod(0o600)
    aside.replace(path)
    return len(claim_ids)
