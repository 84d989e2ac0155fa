"""Is the service able to work (健康检查)? Asks PostgreSQL and Redis, tells nothing else."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.stack import redis_py_url


def health(request: HttpRequest) -> JsonResponse:
    """200 when both servers answer, else 503 naming the one that does not."""
    servers = {"database": _database_answers(), "redis": _redis_answers()}
    return JsonResponse(servers, status=200 if all(servers.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool:
    # Without retries: redis-py would wait for seconds before it reports a dead server.
    client = redis.Redis.from_url(redis_py_url(settings.REDIS_URL), retry=Retry(NoBackoff(), 0))
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
