"""Numbers of papers and applications (编号): one series per kind, county and year, without gaps."""

from beneficiaries.models import NumberSeries
from organizations.models import Region

# What stands in front says to whoever reads the number what it is of.
_PREFIX = {
    NumberSeries.Kind.APPLICATION: "JD",
    NumberSeries.Kind.CERTIFICATE: "JY",
    NumberSeries.Kind.HEALTH_CARD: "BZ",
}


def number_series_lock(*, kind: NumberSeries.Kind, county: Region, year: int) -> NumberSeries:
    """The series, locked until the caller's transaction ends: whoever wants a number of it waits."""
    key = {"kind": kind, "county": county, "year": year}
    # Two first numbers of a year at once: the second finds the row that the first made.
    NumberSeries.objects.bulk_create([NumberSeries(**key)], ignore_conflicts=True)
    return NumberSeries.objects.select_for_update(of=("self",)).select_related("county").get(**key)


def number_take(series: NumberSeries) -> str:
    """The next number of a locked series, as ``JY410122-2018-00001``."""
    series.last += 1
    series.save(update_fields=["last"])
    prefix = _PREFIX[NumberSeries.Kind(series.kind)]
    return f"{prefix}{series.county.code}-{series.year}-{series.last:05d}"
