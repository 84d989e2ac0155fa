"""Exams of certifications against the standards (鉴定体检对照), and the fees that hospitals advanced."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from beneficiaries.models import CertificationExam, ExamAdvance
from common.admin_filters import DayRangeFilter
from common.admin_lookup import Button, yuan_column
from common.admin_panels import Cell, Facts, Panel, link, text, yuan
from organizations.admin.scoped import ScopedLookupAdmin
from settlement.admin.certification import application_page, user_allowed
from settlement.admin.certification_forms import StepForm
from settlement.admin.certification_page import STANDINGS
from settlement.admin.certification_steps import EXAMINE
from settlement.admin.exam_files import ExamFilesAdmin, files_of
from settlement.errors import ClaimError
from settlement.services.certification import exam_cancel

Standing = CertificationExam.Standing


@admin.register(CertificationExam)
class CertificationExamAdmin(ExamFilesAdmin):
    """鉴定体检: what was done against the standard (差异报告); filtered it lists the differences."""

    scope_county = "applied__application__county"
    scope_hospital = "applied__application__hospital"
    list_display = (
        "item", "standing_label", yuan_column("amount_fen", "金额（元）"), "done_on", "disease", "person",
        "hospital", "taken_back",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("standing", ChoicesDropdownFilter),
        ("applied__application__hospital", AutocompleteSelectFilter),
        ("done_on", DayRangeFilter),
    ]
    list_select_related = (
        "applied__application__person", "applied__application__hospital", "correction", "corrects",
    )  # fmt: skip
    search_fields = ("item", "applied__disease_name", "applied__application__application_no")
    search_help_text = "项目、病种或申请编号"

    @display(
        description="对照结果", ordering="standing", label={str(s.label): STANDINGS[s] for s in Standing}
    )
    def standing_label(self, exam: CertificationExam) -> str:
        """Inside or outside the standard."""
        return exam.get_standing_display()

    @display(description="病种")
    def disease(self, exam: CertificationExam) -> str:
        """For which disease."""
        return exam.applied.disease_name

    @display(description="人员")
    def person(self, exam: CertificationExam) -> str:
        """Whose exam."""
        return str(exam.applied.application.person)

    @display(description="鉴定机构")
    def hospital(self, exam: CertificationExam) -> str:
        """Where."""
        return str(exam.applied.application.hospital)

    @display(description="冲销")
    def taken_back(self, exam: CertificationExam) -> str:
        """Whether it counts."""
        if exam.corrects_id is not None:
            return "冲销"
        return "已冲销" if hasattr(exam, "correction") else ""

    def panels(self, request: HttpRequest, row: CertificationExam) -> Sequence[Panel]:
        """The exam and its advance."""
        advance = ExamAdvance.objects.filter(exam=row).first()
        items = (
            ("鉴定申请", link(row.applied.application)),
            ("病种", text(row.applied.disease_name)),
            ("项目", text(row.item)),
            ("体检日期", text(row.done_on)),
            ("金额（元）", yuan(row.amount_fen)),
            ("对照结果", Cell(text=row.get_standing_display(), tone=STANDINGS[row.standing])),
            ("票据号", text(row.receipt_no)),
            ("垫付记账日期", text(advance.posted_on if advance is not None else None)),
            ("冲销", text(self.taken_back(row))),
        )
        return (Facts(title="鉴定体检项目", items=items), files_of(row))

    def buttons(self, request: HttpRequest, row: CertificationExam) -> Sequence[Button]:
        """To add its papers, to take it back."""
        if self.taken_back(row) or not request.user.has_perm(EXAMINE):
            return ()
        attach = reverse("admin:settlement_certification_exam_attach", args=[row.pk])
        cancel = reverse("admin:settlement_certification_exam_cancel", args=[row.pk])
        return (
            Button(title="上传附件", url=attach, icon="attach_file"),
            Button(title="冲销", url=cancel, icon="undo"),
        )

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: to take an exam back."""
        view = self.admin_site.admin_view(self.cancel)
        name = "settlement_certification_exam_cancel"
        return [path("<int:pk>/cancel/", view, name=name), *super().get_urls()]

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a wrong entry back (冲销体检项目)."""
        exam = self.get_object(request, str(pk))
        if not isinstance(exam, CertificationExam):
            raise Http404
        by = user_allowed(request, EXAMINE)
        application = exam.applied.application
        form = StepForm(request.POST if request.method == "POST" else None, application=application)
        if form.is_valid():
            try:
                exam_cancel(exam=exam, by=by, **form.arguments())
            except ClaimError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "已冲销；垫付的，另记一笔负数。")
                return HttpResponseRedirect(application_page(application))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"冲销体检项目：{exam.item}",
            "form": form,
            "action": "确认冲销",
            "back_url": application_page(application),
            "explains": "项目、金额录入有误时冲销，请写明原因；更正的项目另行录入。",
        }
        return TemplateResponse(request, "common/step_form.html", context)


@admin.register(ExamAdvance)
class ExamAdvanceAdmin(ScopedLookupAdmin):
    """鉴定费用垫付: what feeds the county's ledger of exam fees."""

    scope_county = "county"
    scope_hospital = "hospital"
    list_display = (
        "posted_on", "hospital", "county", "item", yuan_column("amount_fen", "金额（元）"), "application",
        "person",
    )  # fmt: skip
    list_filter: ClassVar[Any] = [
        ("hospital", AutocompleteSelectFilter),
        ("county", AutocompleteSelectFilter),
        ("posted_on", DayRangeFilter),
    ]
    list_select_related = ("hospital", "county", "application__person", "exam")
    search_fields = ("application__application_no", "item")
    search_help_text = "申请编号或项目"

    @display(description="人员")
    def person(self, advance: ExamAdvance) -> str:
        """Whose exam."""
        return str(advance.application.person)

    def panels(self, request: HttpRequest, row: ExamAdvance) -> Sequence[Panel]:
        """The advance, and the papers that prove it."""
        items = (
            ("鉴定申请", link(row.application)),
            ("医疗机构", text(row.hospital)),
            ("参保县（市、区）", text(row.county)),
            ("项目", link(row.exam, label=row.item)),
            ("金额（元）", yuan(row.amount_fen)),
            ("记账日期", text(row.posted_on)),
        )
        return (Facts(title="鉴定费用垫付", items=items), files_of(row.exam))
