"""Jobs that people wait for (后台任务进度): made by a door, worked on by a task, watched on a page.

A door calls ``job_create`` and hands the job's key to its task; the task works inside ``job_work`` and
reports with ``job_progress``. Reports are seen only when they are committed: report outside transactions.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from common.models import Job

# The first half of the lock's key; the second is the job's.
LOCK_SPACE = 0x4A4F42


class JobError(Exception):
    """A job ends without its result for a reason that people can read: the message is Chinese."""


class JobTakenError(Exception):
    """Another process is at the job; this delivery of the task has nothing to do."""


def job_create(*, title: str, owner: User | None, result_url: str = "") -> Job:
    """Write a job down before its task is enqueued."""
    return Job.objects.create(title=title[:200], owner=owner, result_url=result_url)


def job_progress(*, job_id: int, message: str, done: int = 0, total: int = 0) -> None:
    """Say how far the job is."""
    Job.objects.filter(pk=job_id).update(
        state=Job.State.RUNNING, message=message[:300], done=done, total=total, updated_at=timezone.now()
    )


@contextmanager
def job_work(*, job_id: int) -> Iterator[None]:
    """Hold the job while working on it; how the block ends is how the job ends.

    A ``JobError`` ends the job with its message and goes no further; any other defect ends it with a plain
    sentence and goes on to the task.

    Raises:
        JobTakenError: another process holds the job.
    """
    if not _try_lock(job_id):
        raise JobTakenError
    try:
        job_progress(job_id=job_id, message="已开始")
        yield
    except JobError as error:
        _end(job_id, Job.State.FAILED, str(error))
    except BaseException:
        _end(job_id, Job.State.FAILED, "处理中出错，没有完成。请重试；仍不成功请联系系统管理员。")
        raise
    else:
        _end(job_id, Job.State.DONE, "")
    finally:
        _unlock(job_id)


_HELD = """
    SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""


def job_is_alive(job: Job) -> bool:
    """Whether a process is at the job right now: its lock is held.

    Whoever asks must not take the lock, not even for a moment: a worker that begins just then would leave.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [LOCK_SPACE, job.pk])
        return bool(cursor.fetchone()[0])


def _end(job_id: int, state: str, message: str) -> None:
    Job.objects.filter(pk=job_id).update(state=state, message=message[:300], updated_at=timezone.now())


def _try_lock(job_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, job_id])
        return bool(cursor.fetchone()[0])


def _unlock(job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, job_id])
