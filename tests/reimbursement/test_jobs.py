"""A county's quarter is built in the background while somebody watches (编制全县台账)."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from common.admin import JobPanel
from common.jobs import JobTakenError, job_create, job_is_alive, job_progress
from common.models import Job
from reimbursement.models import QuarterlyLedger
from reimbursement.services import county_quarter_build, county_quarter_order
from tests.reimbursement.database import other_session
from tests.reimbursement.rows import World, make_world


@pytest.fixture(autouse=True)
def _after_the_quarter(settings: Settings) -> None:
    settings.BUSINESS_DATE = date(2020, 6, 1)


@pytest.mark.django_db
def test_every_ledger_of_the_county_is_built_and_the_job_says_so(world: World) -> None:
    world.paid(100, "2019-05-01")
    world.paid(200, "2019-05-01", hospital=world.other_hospital)
    world.paid(400, "2019-05-01", county=world.other_county)
    clerk = User.objects.create(username="clerk")
    job = county_quarter_order(year=2019, quarter=2, county=world.county, owner=clerk)
    for _ in range(2):
        county_quarter_build(year=2019, quarter=2, county_id=world.county.pk, job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert job.title == "编制台账：清水县 2019年第2季度"
    assert sorted(QuarterlyLedger.objects.values_list("total_fen", flat=True)) == [100, 200]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_another_process_is_at_is_left_alone(transactional_db: None) -> None:
    world = make_world()
    world.paid(100, "2019-05-01")
    clerk = User.objects.create(username="clerk")
    job = county_quarter_order(year=2019, quarter=2, county=world.county, owner=clerk)
    with other_session() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [0x4A4F42, job.pk])
        with pytest.raises(JobTakenError):
            county_quarter_build(year=2019, quarter=2, county_id=world.county.pk, job_id=job.pk)
    assert not QuarterlyLedger.objects.exists()


@pytest.mark.django_db
def test_a_page_goes_on_asking_for_a_job_that_ended_while_it_was_drawn() -> None:
    job = job_create(title="编制", owner=None)
    job_progress(job_id=job.pk, message="编制", done=9, total=10)
    job.refresh_from_db()
    interrupted = JobPanel(job=job)
    assert (interrupted.interrupted, interrupted.watched) == (True, False)
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    assert (interrupted.interrupted, interrupted.watched) == (False, True)


@pytest.mark.django_db
def test_a_job_is_alive_while_a_process_holds_it() -> None:
    job = job_create(title="编制", owner=None)
    assert not job_is_alive(job)
    with other_session() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [0x4A4F42, job.pk])
        assert job_is_alive(job)
        other.execute("SELECT pg_advisory_unlock_all()")
        assert not job_is_alive(job)
