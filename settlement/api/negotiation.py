"""In which form an answer is given (返回格式)."""

from collections.abc import Iterable

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer


class FormatNegotiation(DefaultContentNegotiation):
    """By ``?format=`` or the Accept header; a form that there is not is 406 either way."""

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        """Those that write ``format``.

        Raises:
            NotAcceptable: nobody does; the framework would say that the address is unknown.
        """
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise NotAcceptable
        return found
