"""A hospital's API key (接口密钥): ``Authorization: Api-Key <key>``."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from common.audit.context import acting_also
from organizations.models import Hospital, HospitalKey
from organizations.selectors import hospital_key_find

KEYWORD = "Api-Key"


class HospitalKeyAuthentication(BaseAuthentication):
    """Find the key and its hospital in one query; nothing is recorded per request."""

    def authenticate(self, request: Request) -> tuple[None, HospitalKey] | None:
        """The key of the request as ``request.auth``; None when the request carries none.

        Raises:
            AuthenticationFailed: the key is unknown, revoked or expired; never says which.
        """
        keyword, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if keyword.lower() != KEYWORD.lower():
            return None
        found = hospital_key_find(key=key.strip())
        if found is None:
            raise AuthenticationFailed("接口密钥无效、已撤销或已过期，请向经办机构申请新的密钥")
        acting_also(hospital=found.hospital_id)
        return None, found

    def authenticate_header(self, request: Request) -> str:
        """What ``WWW-Authenticate`` says on a 401."""
        return KEYWORD


class IsHospital(BasePermission):
    """Only hospitals with a valid key."""

    # The framework's views import this module: they cannot be named here.
    def has_permission(self, request: Request, view: object) -> bool:
        """Whether the request carries a hospital's key."""
        return isinstance(request.auth, HospitalKey)


def hospital_of(request: Request) -> Hospital:
    """The hospital that calls: from the credential, never from the body.

    Raises:
        AuthenticationFailed: the view forgot to ask for ``IsHospital``.
    """
    if not isinstance(request.auth, HospitalKey):
        raise AuthenticationFailed
    return request.auth.hospital
