"""Writes of certifications (慢性病鉴定办理): apply, check papers, examine, review, decide, issue."""

from settlement.services.certification.applying import application_receive, application_withdraw
from settlement.services.certification.deciding import (
    Outcome,
    application_decide,
    application_return,
    application_review,
    certificates_issue,
)
from settlement.services.certification.examining import exam_cancel, exam_enter, exams_finish
from settlement.services.certification.papers import papers_check

__all__ = [
    "Outcome",
    "application_decide",
    "application_receive",
    "application_return",
    "application_review",
    "application_withdraw",
    "certificates_issue",
    "exam_cancel",
    "exam_enter",
    "exams_finish",
    "papers_check",
]
