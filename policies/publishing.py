"""What stands between a draft and its publication (发布前): findings in words, and whoever publishes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from policies.audit import Severity, policy_audit
from policies.codes import PolicyStatus
from policies.comparison_words import Dictionary, row_in_words, row_title, section_label
from policies.errors import PolicyError, PolicyReviewerError
from policies.models import Policy
from policies.pack.rows import Row
from policies.pack.shapes import POLICY, Shape
from policies.pack.tables import row_of_policy
from policies.services import policy_publish

# What the mark and the finding say already.
_SAID = frozenset({"provisional", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableFinding:
    """A finding with the names that people know (审核发现); ``name`` is what a confirmation says."""

    name: str
    severity: Severity
    section: str
    title: str
    clause: str
    content: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToConfirm:
    """One row that a publication must name (须指名确认的条目), with all that was found on it."""

    name: str
    section: str
    title: str
    clause: str
    content: str
    messages: Sequence[str]


def readable_findings(policy: Policy) -> list[ReadableFinding]:
    """The audit's findings, errors first."""
    pack = row_of_policy(policy)
    words = Dictionary.of_database().with_titles_of(pack)
    rows = {
        f"{shape.section}:{row.text(shape.named_by)}": (shape, row)
        for shape in POLICY.children
        for row in pack.children[shape.section]
    }
    return [
        ReadableFinding(
            name=finding.row,
            severity=finding.severity,
            message=finding.message.removeprefix("待核实："),
            **_described(rows.get(finding.row), policy, words),
        )
        for finding in policy_audit(policy)
    ]


def rows_to_confirm(findings: Sequence[ReadableFinding]) -> list[ToConfirm]:
    """The rows with warnings or provisional marks, each once, in the order of the findings."""
    messages: dict[str, list[str]] = {}
    first: dict[str, ReadableFinding] = {}
    for finding in findings:
        if finding.severity != Severity.ERROR:
            first.setdefault(finding.name, finding)
            messages.setdefault(finding.name, []).append(finding.message)
    return [
        ToConfirm(
            name=name,
            section=finding.section,
            title=finding.title,
            clause=finding.clause,
            content=finding.content,
            messages=tuple(messages[name]),
        )
        for name, finding in first.items()
    ]


@transaction.atomic
def policy_publish_reviewed(
    *, policy: Policy, published_by: AbstractBaseUser, confirmed: Sequence[str]
) -> Policy:
    """Publish a pack that another person reviewed (发布). Whoever drafted it cannot publish it.

    Raises:
        PolicyError: the pack is not reviewed; and whatever ``policy_publish`` raises.
        PolicyReviewerError: the publisher drafted the pack.
    """
    policy = Policy.objects.select_for_update().get(pk=policy.pk)
    if policy.status != PolicyStatus.REVIEWED:
        raise PolicyError(f"政策包“{policy}”当前为{policy.get_status_display()}，须先复核，才能发布。")
    if policy.drafted_by_id == published_by.pk:
        raise PolicyReviewerError(f"政策包“{policy}”须由起草人以外的人发布。")
    return policy_publish(policy=policy, reviewed_by=policy.reviewed_by, confirmed_provisional=confirmed)


def _described(found: tuple[Shape, Row] | None, policy: Policy, words: Dictionary) -> dict[str, str]:
    """What the row is called, says and stands on; findings on the whole pack name the pack."""
    if found is None:
        return {"section": "政策包", "title": policy.title, "clause": "", "content": ""}
    shape, row = found
    return {
        "section": section_label(shape),
        "title": row_title(shape, row, words),
        "clause": row.text("clause"),
        "content": row_in_words(shape, row, words, without=_SAID),
    }
