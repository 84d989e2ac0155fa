"""Receipts and reports of exams (鉴定体检附件): uploaded by who examines, downloaded by who sees the exam."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from beneficiaries.models import CertificationExam, ExamAttachment
from beneficiaries.services.attachments import MOST_BYTES, AttachmentError
from beneficiaries.services.exam_attachments import exam_attach, exam_attachment_content
from common.admin_panels import Cell, Table, text
from organizations.admin.scoped import ScopedLookupAdmin
from settlement.admin.certification import user_allowed
from settlement.admin.certification_steps import EXAMINE


class ExamFileForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label="票据、检查报告（PDF、JPG、PNG、DOCX、XLSX，10 MB 以内）",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"}),
    )


class ExamFilesAdmin(ScopedLookupAdmin):
    """Uploading and downloading beside the exam's page."""

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: to upload a file, to download one."""
        wrap = self.admin_site.admin_view
        name = "settlement_certification_exam_"
        return [
            path("<int:pk>/attach/", wrap(self.attach), name=name + "attach"),
            path("files/<int:pk>/", wrap(never_cache(self.file)), name=name + "file"),
            *super().get_urls(),
        ]

    def attach(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep a receipt or a report (上传附件)."""
        exam = self.get_object(request, str(pk))
        if not isinstance(exam, CertificationExam):
            raise Http404
        by = user_allowed(request, EXAMINE)
        page = reverse("admin:beneficiaries_certificationexam_change", args=[exam.pk])
        form = ExamFileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                # One byte more than is allowed is enough to refuse it.
                exam_attach(exam=exam, name=file.name, content=file.read(MOST_BYTES + 1), by=by)
            except AttachmentError as error:
                form.add_error("file", str(error))
            else:
                messages.success(request, "附件已保存。")
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"上传附件：{exam.item}",
            "form": form,
            "multipart": True,
            "back_url": page,
        }
        return TemplateResponse(request, "common/form_page.html", context)

    def file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A file; always as a download, so that nothing of it runs in a page of ours."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        seen = ExamAttachment.objects.filter(exam__in=self.get_queryset(request))
        attachment = seen.filter(pk=pk).first()
        if attachment is None:
            raise Http404
        response = HttpResponse(
            exam_attachment_content(attachment=attachment), content_type=attachment.media_type
        )
        disposition = content_disposition_header(as_attachment=True, filename=attachment.name)
        response["Content-Disposition"] = disposition or "attachment"
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def files_of(exam: CertificationExam) -> Table:
    """The files of an exam."""
    files = exam.attachments.defer("content_encrypted").select_related("by")
    return Table(
        title="票据和报告",
        headers=("文件", "大小（KB）", "上传时间", "上传人"),
        rows=[
            (
                Cell(text=row.name, url=reverse("admin:settlement_certification_exam_file", args=[row.pk])),
                text(-(-row.size // 1024)),
                text(row.at),
                text(row.by),
            )
            for row in files
        ],
        numeric=frozenset({1}),
        empty="没有上传附件",
    )
