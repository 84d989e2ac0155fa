"""Lists of the admin however long they are (列表): counted to a limit, searched by index, junk refused."""

from functools import cached_property
from typing import Any, ClassVar, cast

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

# Nobody turns 200 pages: further rows are found by filters and searches, or exported.
COUNTED = 10_000
# How Django spells the look-up of a search field, and the look-ups that an index serves.
_BEGINS, _IS = "^", "="


class BoundedPaginator(Paginator):
    """Counts up to ``COUNTED`` rows and shows no more: millions cost what ten thousand do."""

    template_name = "common/pagination.html"

    @cached_property
    def count(self) -> int:
        """Rows; ``COUNTED + 1`` stands for more."""
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by().values("pk")[: COUNTED + 1].count()

    @property
    def more(self) -> bool:
        """Whether there are rows that no page shows."""
        return self.count > COUNTED

    @property
    def counted(self) -> int:
        """What is said of their number."""
        return min(self.count, COUNTED)

    @cached_property
    def num_pages(self) -> int:
        """Pages of the counted rows."""
        return max(1, -(-self.counted // self.per_page))

    def page(self, number: int | str) -> Page:
        """Its keys first, by index; what the list shows beside them is computed for these rows alone."""
        at = self.validate_number(number)
        rows = cast("QuerySet[Any]", self.object_list)
        first = (at - 1) * self.per_page
        keys = list(rows.values_list("pk", flat=True)[first : min(first + self.per_page, self.counted)])
        return Page(rows.filter(pk__in=keys), at, self)


class BoundedList:
    """Mixin of admin classes: what one page of a list costs does not depend on the list's length.

    A search looks up each of the ``search_fields`` by itself, so that each uses its own index; joined by OR
    they would make PostgreSQL read the whole table.
    """

    paginator: ClassVar[Any] = BoundedPaginator
    show_full_result_count = False
    list_max_show_all = 0

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows that hold each of the words in one of the fields."""
        fields = cast("Any", self).get_search_fields(request)
        for word in search_term.split() if fields else ():
            queryset = queryset.filter(pk__in=_found(queryset, fields, word))
        return queryset, False

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list; what its address says and no list means is refused in words."""
        try:
            shown: Any = cast("Any", super()).get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            # Rows become fewer: a page that was there is not found any more.
            raise (Http404 if PAGE_VAR in request.GET else BadRequest) from error
        if shown.result_count > COUNTED:
            # The head of the page would give the limit for the number; its foot says that there are more.
            shown.full_result_count = shown.result_count
        return cast("ChangeList", shown)


def _found(queryset: QuerySet[Any], fields: tuple[str, ...], word: str) -> QuerySet[Any]:
    """Keys of the rows that hold ``word`` in one of the fields."""
    rows = queryset.model._base_manager.order_by()
    by_field = [rows.filter(**{_lookup(field): word}).values("pk") for field in fields]
    found: QuerySet[Any] = by_field[0].union(*by_field[1:])
    return found


def _lookup(field: str) -> str:
    if field.startswith(_BEGINS):
        return f"{field[1:]}__startswith"
    if field.startswith(_IS):
        return f"{field[1:]}__exact"
    return field if field.endswith("__exact") else f"{field}__icontains"
