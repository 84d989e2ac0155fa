"""Households and identities as lists of their own (户、身份)."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from beneficiaries.models import Household, Identity, Person
from common.admin_lookup import period_column
from common.admin_panels import Facts, Panel, Table, link, period, text
from common.clock import business_date
from common.codes import IdentityCategory
from organizations.admin.scoped import ScopedLookupAdmin

VALIDITY = {"有效": "success", "未生效": "info", "已终止": ""}


def validity(valid: Any) -> str:
    """Whether a period holds today."""
    today = business_date()
    if valid.lower is not None and valid.lower > today:
        return "未生效"
    return "有效" if valid.upper is None or valid.upper > today else "已终止"


class HeldFilter(DropdownFilter):
    """People by an identity that they hold today."""

    title = "当前身份"
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All categories."""
        return [(str(value), str(label)) for value, label in IdentityCategory.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> QuerySet[Person]:
        """Who holds it."""
        if not self.value():
            return queryset
        held = Identity.objects.filter(category=self.value(), valid__contains=business_date())
        return queryset.filter(pk__in=held.order_by().values("person"))


class ValidFilter(DropdownFilter):
    """What is held, by whether it holds today."""

    title = "状态"
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """As the list's labels say."""
        return [("now", "有效"), ("later", "未生效"), ("ended", "已终止")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Periods around today, after it, before it."""
        today = business_date()
        match self.value():
            case "now":
                return queryset.filter(valid__contains=today)
            case "later":
                return queryset.filter(valid__startswith__gt=today)
            case "ended":
                return queryset.filter(valid__endswith__lte=today)
            case _:
                return queryset


@admin.register(Household)
class HouseholdAdmin(ScopedLookupAdmin):
    """户."""

    exports = True
    scope_county = "county"
    list_display = ("household_no", "head_name", "township", "village", "county", "member_count")
    list_filter: ClassVar[Any] = [("county", AutocompleteSelectFilter)]
    list_select_related = ("county",)
    search_fields = ("^household_no", "^head_name", "^village")
    search_help_text = "户编号、户主姓名或村（社区）的开头"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Household]:
        """With the number of members."""
        return super().get_queryset(request).annotate(members_count=Count("members"))

    @display(description="人数", ordering="members_count")
    def member_count(self, household: Any) -> int:
        """Members of the household."""
        number: int = household.members_count
        return number

    def panels(self, request: HttpRequest, row: Household) -> Sequence[Panel]:
        """The household and its members."""
        members = row.members.prefetch_related("identities")
        return (
            Facts(
                title="户",
                items=(
                    ("户编号", text(row.household_no)),
                    ("户主姓名", text(row.head_name)),
                    ("县（市、区）", text(row.county)),
                    ("住址", text(f"{row.township}{row.village}")),
                ),
            ),
            Table(
                title="家庭成员",
                headers=("姓名", "身份证号", "性别", "出生日期", "身份"),
                rows=[
                    (
                        link(person, label=person.name),
                        text(person.masked_id_number),
                        text(person.get_sex_display()),
                        text(person.born_on),
                        text("、".join(i.get_category_display() for i in person.identities.all())),
                    )
                    for person in members
                ],
            ),
        )


class EntitlementAdmin(ScopedLookupAdmin):
    """What a person holds, listed across people."""

    exports = True
    person_path = "person"
    list_select_related: tuple[str, ...] = ("person",)
    search_fields: tuple[str, ...] = ("^person__name",)
    search_help_text = "姓名的开头"

    @display(description="身份证号")
    def masked(self, row: Any) -> str:
        """Lists never show the number."""
        shown: str = row.person.masked_id_number
        return shown

    def holder(self, row: Any) -> tuple[tuple[str, Any], ...]:
        """Whose it is."""
        return (
            ("人员", link(row.person, label=row.person.name)),
            ("身份证号", text(row.person.masked_id_number)),
        )


@admin.register(Identity)
class IdentityAdmin(EntitlementAdmin):
    """身份."""

    scope_county = "person__county"
    list_display = (
        "person",
        "masked",
        "category",
        "state",
        period_column("valid", "有效期"),
        "recognised_by",
    )
    list_filter: ClassVar[Any] = [
        ("category", ChoicesDropdownFilter),
        ValidFilter,
        ("person__county", AutocompleteSelectFilter),
        ("recognised_by", ChoicesDropdownFilter),
    ]

    @display(description="状态", label=VALIDITY)
    def state(self, identity: Identity) -> str:
        """Whether it holds today."""
        return validity(identity.valid)

    def panels(self, request: HttpRequest, row: Identity) -> Sequence[Panel]:
        """The identity in full."""
        items = (
            *self.holder(row),
            ("身份类别", text(row.get_category_display())),
            ("有效期", text(period(row.valid))),
            ("认定部门", text(row.get_recognised_by_display())),
            ("来源", text(row.source)),
        )
        return (Facts(title="身份", items=items),)
