"""Refusals of the interface that only ledgers have (接口答复)."""

from settlement.errors import ConflictError


class LedgerRefusedError(ConflictError):
    """The step cannot be done on the ledger as it is (台账不能办理这一步)."""

    code = "ledger_refused"
