"""Receipts and reports of exams that a hospital advances (鉴定体检附件)."""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from beneficiaries.models import CertificationExam, ExamAdvance, ExamAttachment, Person
from beneficiaries.services.attachments import AttachmentError
from beneficiaries.services.exam_attachments import exam_attach, exam_attachment_content
from tests import factories
from tests.settlement.certification.staff import login
from tests.settlement.certification.support import checked, examined, examiner, staff

pytestmark = pytest.mark.usefixtures("packs", "today")
PDF = b"%PDF-1.7 receipt of \xe7\xa4\xba\xe4\xbe\x8b"


@pytest.fixture
def exam(poor: Person) -> CertificationExam:
    return examined(checked(poor), "血脂", 8_000)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def attach(exam: CertificationExam) -> str:
    return reverse("admin:settlement_certification_exam_attach", args=[exam.pk])


def test_a_receipt_is_kept_encrypted_and_shown_with_exam_and_advance(exam: CertificationExam) -> None:
    nurse = client_of(login("nurse", hospital=exam.applied.application.hospital))
    sent = {"file": SimpleUploadedFile("C:\\票据\\血脂票据.pdf", PDF)}
    assert nurse.post(attach(exam), sent).status_code == 302
    kept = ExamAttachment.objects.get()
    assert (kept.size, kept.media_type, kept.by.username) == (len(PDF), "application/pdf", "nurse")
    assert b"receipt" not in bytes(kept.content_encrypted)
    assert exam_attachment_content(attachment=kept) == PDF

    office = client_of(login("viewer", county=factories.county()))
    address = reverse("admin:settlement_certification_exam_file", args=[kept.pk])
    advance = ExamAdvance.objects.get()
    for page in (
        reverse("admin:beneficiaries_certificationexam_change", args=[exam.pk]),
        reverse("admin:beneficiaries_examadvance_change", args=[advance.pk]),
    ):
        assert address in office.get(page).content.decode()
    answer = office.get(address)
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        PDF, "application/pdf", "nosniff",
    )  # fmt: skip
    assert answer["Content-Disposition"].startswith("attachment")
    with pytest.raises(DatabaseError, match="insert_only"), transaction.atomic():
        ExamAttachment.objects.update(name="另一份.pdf")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("票据.pdf", b"<html>", "内容须与扩展名一致"),
        ("票据.exe", b"%PDF-1.7", "只收"),
        ("票据.pdf", b"%PDF-" + b"0" * 10 * 1024 * 1024, "10 MB 以内"),
    ],
    ids=["a page", "a program", "too large"],
)
def test_a_file_that_cannot_be_is_refused(exam: CertificationExam, name: str, content: bytes, said: str):
    nurse = client_of(login("nurse", hospital=exam.applied.application.hospital))
    answer = nurse.post(attach(exam), {"file": SimpleUploadedFile(name, content)})
    assert said in answer.content.decode()
    assert not ExamAttachment.objects.exists()


def test_twenty_files_are_enough(exam: CertificationExam) -> None:
    for number in range(20):
        exam_attach(exam=exam, name=f"{number}.pdf", content=PDF, by=staff().nurse)
    with pytest.raises(AttachmentError, match="最多 20 个附件"):
        exam_attach(exam=exam, name="21.pdf", content=PDF, by=staff().nurse)
    assert exam.attachments.count() == 20


def test_strangers_neither_upload_nor_download(exam: CertificationExam) -> None:
    kept = exam_attach(exam=exam, name="票据.pdf", content=PDF, by=staff().nurse)
    address = reverse("admin:settlement_certification_exam_file", args=[kept.pk])
    strangers = [
        client_of(login("nurse-b", hospital=examiner())),
        client_of(login("viewer-b", county=factories.county("410185", "邻县"))),
    ]
    sent = {"file": SimpleUploadedFile("票据.pdf", PDF)}
    assert [client.get(address).status_code for client in strangers] == [404, 404]
    assert [client.post(attach(exam), sent).status_code for client in strangers] == [404, 404]
    viewer = client_of(login("viewer", county=factories.county()))
    assert viewer.post(attach(exam), {"file": SimpleUploadedFile("票据.pdf", PDF)}).status_code == 403
    assert ExamAttachment.objects.count() == 1
