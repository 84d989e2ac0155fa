"""Reporting figures that no record of the system gives (指标填报)."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction

from organizations.models import Region
from organizations.scope import Scope
from reporting.errors import OutOfScopeError
from reporting.models import IndicatorFigure


@transaction.atomic
def figure_report(
    *,
    scope: Scope,
    code: str,
    county: Region,
    year: int,
    numerator: int,
    denominator: int,
    counted_on: date,
    source: str,
    by: User,
) -> IndicatorFigure:
    """Keep a county's figure; the newest of a year holds.

    Raises:
        OutOfScopeError: the county is not the user's.
    """
    if not (scope.everything or county.pk in scope.county_ids):
        raise OutOfScopeError
    return IndicatorFigure.objects.create(
        code=code,
        county=county,
        year=year,
        numerator=numerator,
        denominator=denominator,
        counted_on=counted_on,
        source=source,
        entered_by=by,
    )
