"""How often a hospital may call (限流): counted in Redis, for all web processes together."""

import logging
from functools import cache
from typing import Any, cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from organizations.models import Hospital, HospitalKey

WINDOW_SECONDS = 60

logger = logging.getLogger(__name__)

# A window begins with its first request and lasts a minute; adding and reading are one step, so that no two
# requests are both the last one allowed.
_COUNT = """
local used = redis.call('INCRBY', KEYS[1], ARGV[1])
if used == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return {used, redis.call('TTL', KEYS[1])}
"""


class HospitalThrottle(BaseThrottle):
    """A number of requests a minute per hospital, whichever of its keys it uses."""

    def __init__(self) -> None:
        self._wait_seconds = 0

    def allow_request(self, request: Request, view: object) -> bool:
        """Count the request; without a key the permission refuses it anyway."""
        if not isinstance(request.auth, HospitalKey):
            return True
        self._wait_seconds = _seconds_to_wait(request.auth.hospital, requests=1)
        return self._wait_seconds == 0

    def wait(self) -> float:
        """Seconds until the hospital may call again (``Retry-After``)."""
        return self._wait_seconds


def charge(hospital: Hospital, *, requests: int) -> None:
    """Count what one request does beyond one: a batch is as many requests as it has items.

    Raises:
        Throttled: the hospital has used up its minute.
    """
    if requests > 0 and (seconds := _seconds_to_wait(hospital, requests=requests)):
        raise Throttled(wait=seconds)


def _seconds_to_wait(hospital: Hospital, *, requests: int) -> int:
    """0 when the requests are within the hospital's limit; without Redis nobody is held up."""
    limit = hospital.requests_per_minute or settings.API_REQUESTS_PER_MINUTE
    try:
        used, left_seconds = cast(
            list[int], _script()(keys=[f"doudi:api:{hospital.pk}"], args=[requests, WINDOW_SECONDS])
        )
    except redis.RedisError as error:
        # Patients wait at the window: settling goes on without the limit.
        logger.warning("requests are not counted: %s", type(error).__name__)
        return 0
    return 0 if used <= limit else max(1, left_seconds)


@cache
def _script() -> Any:
    # Without retries and for a moment only: a dead server must not hold up the window.
    client = redis.Redis.from_url(
        settings.REDIS_CLIENT_URL, retry=Retry(NoBackoff(), 0), socket_timeout=1, socket_connect_timeout=1
    )
    return client.register_script(_COUNT)
