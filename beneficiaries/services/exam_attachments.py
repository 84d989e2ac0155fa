"""Papers that prove an advanced exam (鉴定体检附件): kept encrypted, looked at one by one."""

import hashlib

from django.contrib.auth.models import User
from django.db import transaction

from beneficiaries.models import CertificationApplication, CertificationExam, ExamAttachment
from beneficiaries.services.attachments import clean_name, media_type_of
from common.encryption import decrypt_bytes, encrypt_bytes


@transaction.atomic
def exam_attach(*, exam: CertificationExam, name: str, content: bytes, by: User) -> ExamAttachment:
    """Keep a receipt or report of an exam (上传票据、报告, 郑卫〔2017〕214号 三(四)).

    Raises:
        AttachmentError: empty, too large, one too many, or of a type that is not allowed.
    """
    # Two uploads at once must not both be the last that is allowed.
    CertificationApplication.objects.select_for_update(of=("self",), no_key=True).get(diseases__exams=exam)
    clean = clean_name(name)
    media_type = media_type_of(name=clean, content=content, kept=exam.attachments.count())
    return ExamAttachment.objects.create(
        exam=exam,
        name=clean,
        content_encrypted=encrypt_bytes(content),
        size=len(content),
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
    )


def exam_attachment_content(*, attachment: ExamAttachment) -> bytes:
    """The file again."""
    return decrypt_bytes(attachment.content_encrypted)
