"""Writes of policies (政策维护): load, review, publish, retire, clone."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import ProtectedError
from django.utils import timezone

from policies.audit import Finding, Severity, policy_audit
from policies.codes import PolicyStatus
from policies.errors import (
    PackError,
    PolicyError,
    PolicyLockedError,
    PolicyNotPublishableError,
    PolicyOverlapError,
    PolicyReviewerError,
)
from policies.models import DiseaseList, DrugList, Fund, Policy, PolicyDocument
from policies.pack.reader import read_pack_file
from policies.pack.references import References
from policies.pack.rows import PackFile, Problem, Row
from policies.pack.store import (
    store_also_includes,
    store_disease_list,
    store_document,
    store_drug_list,
    store_fund,
    store_policy,
)
from policies.pack.tables import (
    row_of_disease_list,
    row_of_document,
    row_of_drug_list,
    row_of_fund,
    row_of_policy,
)
from policies.pack.writer import write_policy

LOCKED = (PolicyStatus.PUBLISHED, PolicyStatus.RETIRED)


@dataclass(slots=True, kw_only=True)
class LoadResult:
    """What a load did (载入结果), by name; ``policies`` are the packs of the files, changed or not."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)

    def note(self, name: str, earlier: Row | None, now: Row) -> bool:
        """Enter one item; says whether it must be written."""
        if earlier == now:
            self.unchanged.append(name)
        else:
            (self.changed if earlier else self.created).append(name)
        return earlier != now


@transaction.atomic
def policy_load(*, paths: Sequence[Path], drafted_by: AbstractBaseUser | None = None) -> LoadResult:
    """Load pack files (载入政策包): all or nothing; loading the same again changes nothing.

    Args:
        paths: files, or folders whose ``*.yaml`` are taken in order of name.
        drafted_by: who answers for drafts that are new or change.

    Raises:
        PackError: a file is wrong; names every problem with file and line.
        PolicyLockedError: a file differs from a published pack, or from a clause that one stands on.
    """
    files = _read_all(paths)
    result = LoadResult()
    _load_shared(files, result)
    packs = [file.policy for file in files if file.policy is not None]
    references = References()
    if problems := [problem for pack in packs for problem in references.problems_of(pack)]:
        raise PackError(problems)
    for pack in packs:
        result.policies.append(_load_pack(pack, references, result, drafted_by))
    return result


def policy_export(*, policy: Policy) -> str:
    """The pack as the text of a file (导出政策包); loading it again changes nothing."""
    return write_policy(row_of_policy(policy))


@transaction.atomic
def policy_review(*, policy: Policy, reviewed_by: AbstractBaseUser) -> Policy:
    """Draft → reviewed (复核). The drafter cannot review.

    Raises:
        PolicyLockedError: the pack is no longer a draft.
        PolicyReviewerError: the reviewer drafted the pack.
    """
    policy = _locked_draft(policy)
    _check_reviewer(policy, reviewed_by)
    policy.status, policy.reviewed_by_id = PolicyStatus.REVIEWED, reviewed_by.pk
    policy.save(update_fields=["status", "reviewed_by"])
    return policy


@transaction.atomic
def policy_publish(
    *, policy: Policy, reviewed_by: AbstractBaseUser | None, confirmed_provisional: Collection[str]
) -> Policy:
    """Publish a pack (发布): from here on it is immutable, and claims of its period are settled by it.

    Args:
        policy: a draft or a reviewed pack.
        reviewed_by: who reviewed it; None only for a pack that no person drafted (loaded at installation).
        confirmed_provisional: names ``section:code`` of all rows marked provisional (待核实) and of all rows
            with warnings; exactly those that ``findings_to_confirm`` lists.

    Raises:
        PolicyLockedError: the pack is published already.
        PolicyReviewerError: drafter and reviewer are not two people.
        PolicyNotPublishableError: the audit found errors, or rows were not confirmed.
        PolicyOverlapError: another published pack of the city holds in the period.
    """
    policy = _locked_draft(policy)
    _check_reviewer(policy, reviewed_by)
    findings = policy_audit(policy)
    to_confirm = findings_to_confirm(findings)
    reasons = [str(finding) for finding in findings if finding.severity == Severity.ERROR]
    reasons += [f"须指名确认：{name}" for name in to_confirm if name not in confirmed_provisional]
    reasons += [f"无须确认的条目：{name}" for name in sorted(set(confirmed_provisional) - set(to_confirm))]
    if reasons:
        raise PolicyNotPublishableError(reasons)
    policy.status, policy.published_at = PolicyStatus.PUBLISHED, timezone.now()
    policy.reviewed_by_id = reviewed_by.pk if reviewed_by else None
    policy.confirmed_provisional = to_confirm
    try:
        with transaction.atomic():
            policy.save(update_fields=["status", "published_at", "reviewed_by", "confirmed_provisional"])
    except IntegrityError as error:
        if "policies_policy_no_overlap" not in str(error):
            raise
        message = f"{policy.city_name}在此期间已有发布的政策包，请先停用或提前其截止日。"
        raise PolicyOverlapError(message) from error
    return policy


def findings_to_confirm(findings: Sequence[Finding]) -> list[str]:
    """The names that a publication must confirm (发布时须指名确认的条目), in order, each once."""
    return list(dict.fromkeys(item.row for item in findings if item.severity != Severity.ERROR))


@transaction.atomic
def policy_retire(*, policy: Policy) -> Policy:
    """Published → retired (停用): new claims no longer find it; settled ones keep pointing at it."""
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if policy.status != PolicyStatus.PUBLISHED:
        raise PolicyError(f"政策包 {policy.code} 不是已发布状态，不能停用。")
    policy.status = PolicyStatus.RETIRED
    policy.save(update_fields=["status"])
    return policy


@transaction.atomic
def policy_close(*, policy: Policy, to: date) -> Policy:
    """Let a published pack end earlier (提前截止), so that another can follow from ``to`` on.

    Raises:
        PolicyError: the pack is not published, or ``to`` is not inside its period.
    """
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    start, end = policy.valid.lower, policy.valid.upper
    inside = (start is None or to > start) and (end is None or to < end)
    if policy.status != PolicyStatus.PUBLISHED or not inside:
        raise PolicyError(f"政策包 {policy.code} 须为已发布，且新的截止日 {to} 须在其有效期内。")
    policy.valid = DateRange(start, to, "[)")
    policy.save(update_fields=["valid"])
    return policy


@transaction.atomic
def policy_clone(
    *,
    policy: Policy,
    code: str,
    valid_from: date,
    valid_to: date | None,
    drafted_by: AbstractBaseUser | None,
    title: str = "",
) -> Policy:
    """Copy a pack into a new draft for another period (复制为草稿)."""
    if Policy.objects.filter(code=code).exists():
        raise PolicyError(f"代码 {code} 已被使用，请换一个。")
    row = row_of_policy(policy)
    title = title or policy.title
    values = {**row.values, "code": code, "title": title, "valid_from": valid_from, "valid_to": valid_to}
    draft = store_policy(replace(row, values=values), References())
    _set_drafter(draft, drafted_by)
    return draft


def _read_all(paths: Sequence[Path]) -> list[PackFile]:
    files: list[PackFile] = []
    problems: list[Problem] = []
    for path in paths:
        for one in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            try:
                files.append(read_pack_file(one))
            except PackError as error:
                problems += error.problems
    if problems:
        raise PackError(problems)
    return files


def _load_shared(files: Sequence[PackFile], result: LoadResult) -> None:
    """Documents and funds first: disease lists and packs name them."""
    for row in [row for file in files for row in file.documents]:
        name = row.text("number")
        known = PolicyDocument.objects.filter(number=name).first()
        if result.note(name, _named_clauses_only(known, row), row):
            with _refused_when_locked():
                store_document(row)
    for row in [row for file in files for row in file.funds]:
        fund = Fund.objects.filter(code=row.text("code")).first()
        if result.note(row.text("code"), row_of_fund(fund) if fund else None, row):
            store_fund(row)
    lists = [row for file in files for row in file.disease_lists]
    references = References()
    changed = [row for row in lists if result.note(row.text("code"), _known_list(row), row)]
    for row in changed:
        with _refused_when_locked():
            store_disease_list(row, references)
    references = References()
    for row in changed:
        with _refused_when_locked():
            store_also_includes(row, references)
    _load_drug_lists([row for file in files for row in file.drug_lists], references, result)


def _named_clauses_only(document: PolicyDocument | None, row: Row) -> Row | None:
    """The document as stored, with those clauses that the file names: others may come from other files."""
    if document is None:
        return None
    stored = row_of_document(document)
    clauses = {clause.text("path"): clause for clause in stored.children["clauses"]}
    named = [clauses.get(clause.text("path")) for clause in row.children["clauses"]]
    return replace(stored, children={"clauses": [clause for clause in named if clause]})


def _known_list(row: Row) -> Row | None:
    known = DiseaseList.objects.filter(code=row.text("code")).select_related("clause__document").first()
    return row_of_disease_list(known) if known else None


def _load_drug_lists(rows: Sequence[Row], references: References, result: LoadResult) -> None:
    for row in rows:
        if result.note(row.text("code"), _known_drug_list(row), row):
            with _refused_when_locked():
                store_drug_list(row, references)


def _known_drug_list(row: Row) -> Row | None:
    known = DrugList.objects.filter(code=row.text("code")).select_related("clause__document").first()
    return row_of_drug_list(known) if known else None


def _load_pack(
    row: Row, references: References, result: LoadResult, drafted_by: AbstractBaseUser | None
) -> Policy:
    code = row.text("code")
    policy = Policy.objects.select_for_update().filter(code=code).first()
    differs = result.note(code, row_of_policy(policy) if policy else None, row)
    if policy is not None and not differs:
        return policy
    if policy is not None and policy.status in LOCKED:
        raise PolicyLockedError(
            f"政策包 {code} 已发布，文件 {row.path} 与其内容不同。"
            "已发布的政策不得修改：请换用新的代码和有效期另行载入。"
        )
    policy = store_policy(row, references, policy)
    _set_drafter(policy, drafted_by)
    return policy


def _set_drafter(policy: Policy, drafted_by: AbstractBaseUser | None) -> None:
    policy.drafted_by_id = drafted_by.pk if drafted_by else None
    # A changed draft must be reviewed again.
    policy.status, policy.reviewed_by_id = PolicyStatus.DRAFT, None
    policy.save(update_fields=["drafted_by", "status", "reviewed_by"])


def _locked_draft(policy: Policy) -> Policy:
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if policy.status in LOCKED:
        raise PolicyLockedError(f"政策包 {policy.code} 已发布，不得修改。")
    return policy


def _check_reviewer(policy: Policy, reviewed_by: AbstractBaseUser | None) -> None:
    if policy.drafted_by_id is not None and (reviewed_by is None or reviewed_by.pk == policy.drafted_by_id):
        raise PolicyReviewerError(f"政策包 {policy.code} 须由起草人以外的人复核。")


@contextmanager
def _refused_when_locked() -> Iterator[None]:
    """The database's refusal as an error of ours; a savepoint keeps the transaction usable."""
    try:
        with transaction.atomic():
            yield
    except ProtectedError as error:
        raise PolicyLockedError(f"仍被引用，不能删除：{error.args[0]}") from error
    except IntegrityError as error:
        if "政策已锁定" not in str(error):
            raise
        raise PolicyLockedError(str(error).split("\n", maxsplit=1)[0]) from error
