"""The gap list of a county as people read it (参保缺口): village, household, person."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from beneficiaries.models import Person
from beneficiaries.selectors.enrolment_gaps import (
    GapTerms,
    group_counts,
    households_missing,
    people_missing,
    villages_missing,
    within_village,
)
from common.admin_panels import Cell, Panel, Table, count, link, text
from common.codes import IdentityCategory
from organizations.admin.scoped import scope_of
from organizations.models import Region

RECORD = "beneficiaries.add_notinsured"
PEOPLE_SHOWN = 100
NOWHERE = "（未登记户）"


def county_url(county: Region, **asked: Any) -> str:
    """The county's list with what is asked of it."""
    return reverse("admin:beneficiaries_gaps_county", args=[county.pk]) + "?" + urlencode(asked)


def gap_panels(request: HttpRequest, county: Region, terms: GapTerms) -> list[Panel]:
    """Villages, or a village's households and people, or a household's people, as asked."""
    place: dict[str, Any] = {"scope": scope_of(request), "county_id": county.pk, "terms": terms}
    if "village" not in request.GET:
        return [_villages(county, terms, place), _groups(request, county, terms)]
    village: dict[str, Any] = {"township": request.GET.get("township", ""), "village": request.GET["village"]}
    people = within_village(people_missing(**place), **village)
    if request.GET.get("household", "").isdecimal():
        people = people.filter(household=int(request.GET["household"]))
        return [_people(request, people, terms)]
    if not village["village"]:
        return [_people(request, people, terms)]
    return [_households(county, terms, place, village), _people(request, people, terms)]


def _villages(county: Region, terms: GapTerms, place: dict[str, Any]) -> Table:
    found = villages_missing(**place)
    return Table(
        title=f"{county.name}{terms.year}年已认定未参保，按村（社区）",
        headers=("乡镇（街道）", "村（社区）", "缺口人数"),
        rows=[
            (
                text(row.township),
                Cell(
                    text=row.village or NOWHERE,
                    url=county_url(county, year=terms.year, township=row.township, village=row.village),
                ),
                count(row.missing),
            )
            for row in found
        ],
        foot=(text("合计"), Cell(text=""), count(sum(row.missing for row in found))),
        numeric=frozenset({2}),
        empty="没有缺口：已认定的人员全部参保或已登记合理原因",
    )


def _households(county: Region, terms: GapTerms, place: dict[str, Any], village: dict[str, Any]) -> Table:
    found = households_missing(**place, **village)
    return Table(
        title=f"{village['township']}{village['village']}，按户",
        headers=("户编号", "户主", "缺口人数"),
        rows=[
            (
                Cell(
                    text=row.household_no,
                    url=county_url(county, year=terms.year, **village, household=row.household_id),
                ),
                text(row.head_name),
                count(row.missing),
            )
            for row in found
        ],
        numeric=frozenset({2}),
        empty="没有缺口",
    )


def _people(request: HttpRequest, people: QuerySet[Person], terms: GapTerms) -> Table:
    listed = people.select_related("household").prefetch_related("identities").order_by("household", "pk")
    shown = Paginator(listed, PEOPLE_SHOWN).get_page(request.GET.get("p", "1"))
    may = request.user.has_perm(RECORD)
    rows = [
        (
            link(person, label=person.name),
            text(person.masked_id_number),
            text(person.household.head_name if person.household else ""),
            text("、".join(dict.fromkeys(one.get_category_display() for one in person.identities.all()))),
            Cell(
                text="登记合理原因",
                url=reverse("admin:beneficiaries_notinsured_record", args=[person.pk, terms.year]),
            )
            if may
            else text(""),
        )
        for person in shown
    ]
    following = None
    if shown.has_next():
        asked = request.GET.copy()
        asked["p"] = str(shown.next_page_number())
        following = Cell(text="下一页", url=f"?{asked.urlencode()}")
    return Table(
        title=f"人员（共{shown.paginator.count}人）",
        headers=("姓名", "身份证号", "户主", "身份", "办理"),
        rows=rows,
        more=following,
        empty="没有缺口",
    )


def _groups(request: HttpRequest, county: Region, terms: GapTerms) -> Table:
    """Each group by itself: provincial poor households and the city's low-income ones are two."""
    labels = {str(code): str(label) for code, label in IdentityCategory.choices}
    counts = group_counts(
        scope=scope_of(request), county_id=county.pk, categories=IdentityCategory.values, on=terms.on
    )
    return Table(
        title=f"{terms.on} 各类人员",
        headers=("身份类别", "人数"),
        rows=[(text(label), count(counts[code])) for code, label in labels.items() if code in counts],
        numeric=frozenset({1}),
        note="一人有多种身份的，各类分别计数。",
    )
