"""A real worker that is killed while it writes a list (列表导出后台任务): no half file is ever offered."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.urls import reverse

from common.jobs import job_is_alive
from common.models import Job
from config.celery import app
from reporting.models import ExportLog, ListExport
from reporting.services.list_exports import MASKED, list_export_ask
from tests import factories
from tests.reimbursement.database import database_url, other_session, until, waiting
from tests.reporting.list_files import cells_of, officer, people

pytestmark = pytest.mark.django_db(transaction=True)

# A queue of its own: other workers on the same server take nothing from it, and this one nothing of theirs.
QUEUE = f"list-exports-{os.getpid()}"


@pytest.fixture
def start_worker(tmp_path: Path, settings: Any) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    settings.EXPORT_DIR, settings.STATIC_ROOT = tmp_path / "ledgers", tmp_path
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": django_settings.REDIS_URL,
        "DOUDI_VAR": str(tmp_path),
        # The worker reads what the web process wrote: ciphertext, too.
        "DOUDI_ENCRYPTION_KEY": django_settings.ENCRYPTION_KEY,
        "DJANGO_SECRET_KEY": django_settings.SECRET_KEY,
    }

    def start() -> subprocess.Popen[bytes]:
        command = [
            sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", "solo", "--queues",
            QUEUE, "--hostname", f"lists{len(started)}@%h", "--without-gossip", "--without-mingle",
            "--loglevel", "WARNING",
        ]  # fmt: skip
        with (tmp_path / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        kill(worker)
    forget()


def kill(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def forget() -> None:
    """Take back what the killed worker held, and what nobody fetched."""
    with redis.Redis.from_url(django_settings.REDIS_CLIENT_URL) as broker:
        broker.delete(QUEUE, f"_kombu.binding.{QUEUE}")
        for tag, message in broker.hgetall("unacked").items():
            if QUEUE.encode() in message:
                broker.hdel("unacked", tag)
                broker.zrem("unacked_index", tag)


def order(export: ListExport) -> None:
    kwargs = {"export_id": export.pk}
    app.send_task("reporting.write_list", kwargs=kwargs, queue=QUEUE, ignore_result=True)


def test_killed_worker_offers_no_half_file_and_another_one_writes_it_once(
    start_worker: Callable[[], subprocess.Popen[bytes]], settings: Any
) -> None:
    county = factories.county()
    clerk = officer("clerk", county)
    people(30, county)
    export, _ = list_export_ask(
        user=User.objects.get(username="clerk"), list_name="beneficiaries_person", title="人员", asked="",
        numbers=MASKED, token=uuid4(),
    )  # fmt: skip
    path = Path(settings.EXPORT_DIR) / "lists" / f"{export.pk}.xlsx"
    worker = start_worker()
    with other_session() as other:
        # The rows are written; their entry in the log waits here.
        other.execute("LOCK TABLE reporting_exportlog IN ACCESS EXCLUSIVE MODE")
        order(export)
        until(lambda: waiting() == 1, "the worker is about to log the export")
        assert job_is_alive(Job.objects.get(pk=export.job_id))
        kill(worker)
        other.connection.rollback()
    until(lambda: not job_is_alive(Job.objects.get(pk=export.job_id)), "the killed worker's lock is gone")
    assert not path.exists()
    page = clerk.get(reverse("list-file", args=[export.pk]))
    assert (page.status_code, ExportLog.objects.count()) == (302, 0)
    forget()
    start_worker()
    order(export)
    order(export)
    until(lambda: ListExport.objects.exclude(ready_at=None).exists(), "the file is there")
    until(lambda: Job.objects.get(pk=export.job_id).state == "done", "the job says so")
    rows = cells_of(clerk.get(reverse("list-file", args=[export.pk])))
    assert [row[0] for row in rows[3:33]] == list(range(1, 31))
    assert ExportLog.objects.get().row_count == 30
