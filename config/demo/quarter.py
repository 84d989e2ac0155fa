"""The quarter itself (演示的一个季度): packs in force, claims over HTTP, ledgers by Celery, Excel."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
from celery.exceptions import TimeoutError as CeleryTimeoutError
from celery.result import AsyncResult

from beneficiaries.models import Person
from config.demo.claims import Body, quarter_claims
from config.demo.county import COUNTY_CODE
from config.demo.processes import StartError
from organizations.models import Region
from organizations.scope import EVERYTHING
from policies.audit import policy_audit
from policies.codes import PolicyStatus
from policies.errors import PolicyLockedError
from policies.models import LedgerKind, Policy
from policies.services import findings_to_confirm, policy_load, policy_publish
from reimbursement.tasks import build_quarter
from reimbursement.verify import verify_ledgers
from reporting.services import quarter_workbook_path, quarter_workbook_write
from settlement.verify import verify_years

CLIENTS = 4
REVERSALS = 3
TASK_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """How the hospitals' requests were answered."""

    settled: int
    repeated: int
    reversed: int


def claims_post(
    site: str, keys: dict[str, str], *, progress: Callable[[int, int], None], stop: threading.Event
) -> Posted:
    """Post every claim of the quarter over HTTP, then reverse a few as a hospital that erred would.

    One person's claims go one after the other, in the order of their dates; several people at once.

    Raises:
        StartError: a claim of the demonstration was refused.
    """
    insured = Person.objects.filter(county__code=COUNTY_CODE, enrolments__year=2019)
    people = insured.order_by("pk").prefetch_related("certificates")
    requests = list(quarter_claims(people.iterator(chunk_size=500)))
    by_person = [list(claims) for _, claims in groupby(requests, key=lambda item: item[1]["id_number"])]
    answers: list[int] = []

    with httpx.Client(base_url=f"{site}/api/v1", timeout=30) as client:

        def post(claims: Iterable[tuple[str, Body]]) -> None:
            for hospital, body in claims:
                if stop.is_set():
                    return
                answer = client.post("/claims/", json=body, headers=_authorization(keys[hospital]))
                if answer.status_code not in {200, 201}:
                    raise StartError(f"接口拒绝了演示费用 {body['claim_no']}：{answer.json().get('detail')}")
                answers.append(answer.status_code)
                progress(len(answers), len(requests))

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(post, by_person))
        wrong = [claims[0] for claims in by_person if len(claims) > 1][:REVERSALS]
        for hospital, body in wrong if not stop.is_set() else ():
            client.post(
                f"/claims/{body['claim_no']}/reversal/",
                json={"reason": "录入有误"},
                headers=_authorization(keys[hospital]),
            ).raise_for_status()
    return Posted(settled=answers.count(201), repeated=answers.count(200), reversed=len(wrong))


def _authorization(key: str) -> dict[str, str]:
    return {"Authorization": f"Api-Key {key}"}


def policies_ready(folder: Path) -> list[str]:
    """Load the packs and publish what is still a draft; the titles of all published packs.

    Publishing confirms every provisional row by name, as an office would after checking them.

    Raises:
        StartError: a pack was published with other content by an earlier run.
    """
    try:
        result = policy_load(paths=[folder])
    except PolicyLockedError as error:
        raise StartError(f"{error}\n要以现在的政策包从头演示，请运行 make fresh。") from None
    for policy in result.policies:
        if policy.status == PolicyStatus.DRAFT:
            names = findings_to_confirm(policy_audit(policy))
            policy_publish(policy=policy, reviewed_by=None, confirmed_provisional=names)
    published = Policy.objects.filter(status=PolicyStatus.PUBLISHED).order_by("city_code", "valid")
    return [policy.title for policy in published]


def ledgers_build(*, year: int, quarter: int) -> int:
    """Let the Celery worker build every ledger of the quarter; how many.

    Raises:
        StartError: the worker did not finish in time, or a ledger failed.
    """
    fan_out = build_quarter.delay(year=year, quarter=quarter)
    tasks = _result(fan_out)
    for task_id in tasks:
        _result(AsyncResult(task_id))
    return len(tasks)


def _result(task: AsyncResult) -> Any:
    try:
        return task.get(timeout=TASK_SECONDS)
    except CeleryTimeoutError:
        raise StartError("后台任务没有按时完成，请看日志 worker.log") from None


def workbooks_write(*, year: int, quarter: int) -> list[Path]:
    """Write the county's workbook of every kind of ledger that the quarter has."""
    kinds = LedgerKind.objects.filter(
        ledgers__county__code=COUNTY_CODE, ledgers__year=year, ledgers__quarter=quarter
    ).distinct()
    county = Region.objects.get(code=COUNTY_CODE)
    files = []
    for kind in kinds:
        path = quarter_workbook_path(kind=kind, county=county, year=year, quarter=quarter)
        quarter_workbook_write(
            scope=EVERYTHING, kind=kind, county=county, year=year, quarter=quarter, path=path
        )
        files.append(path)
    return files


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the proofs looked at and found."""

    years: int
    claims: int
    findings: tuple[str, ...]


def verify_all() -> Verified:
    """Fold every benefit year again and prove that every fen is claimed once."""
    years = claims = 0
    findings: list[str] = []
    for checked in verify_years():
        years += 1
        claims += checked.claims
        findings += map(str, checked.findings)
    findings += [finding.message for finding in verify_ledgers()]
    return Verified(years=years, claims=claims, findings=tuple(findings))
