"""Reads of what hospitals asked the office to decide (申请查询)."""

from typing import TypeVar

from organizations.scope import Scope
from settlement.errors import RequestNotFoundError
from settlement.models import HospitalRequest

RequestT = TypeVar("RequestT", bound=HospitalRequest)


def request_find(model: type[RequestT], *, scope: Scope, request_no: str) -> RequestT:
    """A request of the scope by the hospital's number.

    Raises:
        RequestNotFoundError: the scope has no such request.
    """
    rows = model._default_manager.filter(scope.limit(county="insured_county", hospital="hospital"))
    found = rows.filter(request_no=request_no).first() if request_no.isprintable() else None
    if found is None:
        raise RequestNotFoundError(request_no)
    return found
