"""Who is acting, why, from where (操作来源): what the triggers write beside each change.

django-pghistory carries it: inside ``acting`` every statement that writes takes these words along to the
database, at no extra round trip.
"""

from contextlib import AbstractContextManager
from typing import Any

import pghistory
from celery.contrib.django.task import DjangoTask
from pghistory import runtime

HEADER = "doudi_acting"


def acting(**words: Any) -> AbstractContextManager[Any]:
    """Everything written inside is written by ``words``; nested ones add theirs."""
    return pghistory.context(**{name: word for name, word in words.items() if word not in (None, "")})


def acting_also(**words: Any) -> None:
    """Add what became known meanwhile; nothing where nobody is acting."""
    pghistory.context(**words)


def because(reason: str) -> None:
    """Say why, from here to the end of what is being done (事由); nothing where nobody is acting."""
    acting_also(reason=reason.strip()[:300])


def acting_words() -> dict[str, Any]:
    """Who is acting right now."""
    found = getattr(runtime._tracker, "value", None)
    return dict(found.metadata) if found is not None else {}


class ActingTask(DjangoTask):
    """A task acts for whoever asked for it (后台任务): his words travel in the message's header."""

    abstract = True

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Enqueue with who is acting."""
        headers = {**(options.pop("headers", None) or {}), HEADER: acting_words()}
        return super().apply_async(*args, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run as whoever asked."""
        words = getattr(self.request, HEADER, None) or (self.request.headers or {}).get(HEADER) or {}
        with acting(**{**words, "task": self.name}):
            return super().__call__(*args, **kwargs)
