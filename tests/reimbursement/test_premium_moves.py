"""Whoever is insured in another county than before stands on one county's submitted sheets, never on two."""

import pytest
from django.db.models import Sum

from beneficiaries.models import Enrolment, Person
from organizations.models import Region
from organizations.scope import EVERYTHING
from reimbursement.models import PremiumSheetLine
from reimbursement.premium.errors import PremiumSheetError
from reimbursement.selectors.premium_moves import to_be_given_back, waiting_for_others
from reimbursement.services.premium_sheets import premium_sheet_submit
from tests.reimbursement.test_premium_sheets import (
    built,
    clerk,
    county,
    insured,
    packs_of_all_cities,
    submitted,
)

__all__ = ["clerk", "packs_of_all_cities"]
pytestmark = pytest.mark.django_db


def insured_instead(person: Person, at: Region) -> None:
    """His insurance of the year turns out to be that of another county."""
    Enrolment.objects.filter(person=person, year=2019).update(county=at)


def applied_for(person: Person) -> dict[str, int]:
    """What submitted sheets come to, by county."""
    lines = PremiumSheetLine.objects.filter(person=person, sheet__status="submitted").order_by()
    sums = lines.values_list("sheet__county__code").annotate(Sum("due_fen"))
    return dict(sums)


def test_another_county_applies_only_once_the_first_has_given_back(clerk):
    first, second = county("522702"), county("522701")
    mover, stays = insured(first, "registered_poor"), insured(second, "registered_poor")
    early = submitted(first, clerk)
    insured_instead(mover, second)

    sheet = built(second, clerk)
    assert list(sheet.lines.values_list("person", flat=True)) == [stays.pk]
    assert [(one.person_id, one.county_name, one.amount_fen) for one in waiting_for_others(sheet)] == [
        (mover.pk, "示例县522702", 10_000)
    ]
    assert [(one.person_id, one.county_name) for one in to_be_given_back(early)] == [
        (mover.pk, "示例县522701")
    ]
    premium_sheet_submit(scope=EVERYTHING, sheet_id=sheet.pk, by=clerk)
    assert applied_for(mover) == {"522702": 10_000}

    supplement = submitted(first, clerk)
    assert [(line.change, line.due_fen) for line in supplement.lines.all()] == [("left", -10_000)]
    assert waiting_for_others(sheet) == to_be_given_back(supplement) == []
    later = submitted(second, clerk)
    assert [(line.person_id, line.due_shares) for line in later.lines.all()] == [
        (mover.pk, {"county_assistance": 10_000})
    ]
    assert applied_for(mover) == {"522702": 0, "522701": 10_000}


def test_a_sheet_built_before_another_county_applied_is_refused_and_says_who(clerk):
    first, second = county("522702"), county("522701")
    mover = insured(first, "registered_poor")
    stale = built(first, clerk)
    insured_instead(mover, second)
    submitted(second, clerk)
    with pytest.raises(PremiumSheetError, match=r"示例人（示例县522701）。请重新编制") as refused:
        premium_sheet_submit(scope=EVERYTHING, sheet_id=stale.pk, by=clerk)
    assert refused.value.code == "sheet_claims_twice"
    stale.refresh_from_db()
    assert (stale.status, applied_for(mover)) == ("open", {"522701": 10_000})
    assert built(first, clerk).line_count == 0


def test_moving_house_takes_no_aid_along(clerk):
    """The contribution was paid where the person is insured for the year."""
    first, second = county("522702"), county("522701")
    mover = insured(first, "registered_poor")
    submitted(first, clerk)
    Person.objects.filter(pk=mover.pk).update(county=second)
    assert (built(first, clerk).line_count, built(second, clerk).line_count) == (0, 0)
