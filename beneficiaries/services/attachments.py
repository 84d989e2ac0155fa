"""Files that prove something (附件): judged by what they begin with, whatever their name says."""

from pathlib import PurePath

MOST_BYTES = 10 * 1024 * 1024
MOST_ATTACHMENTS = 20
# By what the file begins with: a name says what somebody wants it to be.
TYPES = (
    (b"%PDF-", (".pdf",), "application/pdf"),
    (b"\xff\xd8\xff", (".jpg", ".jpeg"), "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", (".png",), "image/png"),
    (b"PK\x03\x04", (".docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"PK\x03\x04", (".xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)


class AttachmentError(Exception):
    """A file is not taken; the message is Chinese and says what to do."""


def clean_name(name: str) -> str:
    """The name without a path, as far as it fits."""
    return PurePath(name.replace("\\", "/")).name[-150:]


def media_type_of(*, name: str, content: bytes, kept: int) -> str:
    """What kind of file it is.

    Args:
        name: as ``clean_name`` gives it.
        content: the whole file.
        kept: how many files there are already.

    Raises:
        AttachmentError: empty, too large, one too many, or of a type that is not allowed.
    """
    suffix = PurePath(name).suffix.lower()
    found = [kind for start, names, kind in TYPES if suffix in names and content.startswith(start)]
    if not found:
        raise AttachmentError("附件只收 PDF、JPG、PNG、DOCX、XLSX，且内容须与扩展名一致；请另存后上传。")
    if not content or len(content) > MOST_BYTES:
        raise AttachmentError(f"附件须在 {MOST_BYTES // 1024 // 1024} MB 以内且不为空，请压缩或分开上传。")
    if kept >= MOST_ATTACHMENTS:
        raise AttachmentError(f"每条登记最多 {MOST_ATTACHMENTS} 个附件，请合并后上传。")
    return found[0]
