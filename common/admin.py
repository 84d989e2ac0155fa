"""Jobs in the background (后台任务): a progress bar that asks for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from common.admin_lookup import LookupAdmin
from common.admin_panels import Cell, Facts, Panel, text
from common.jobs import job_is_alive
from common.models import Job

STATES = {"排队中": "info", "进行中": "warning", "已完成": "success", "未完成": "danger"}
ENDED = (Job.State.DONE, Job.State.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPanel:
    """The bar of one job; pages of other models show it too."""

    template: ClassVar[str] = "common/job.html"
    job: Job

    @property
    def interrupted(self) -> bool:
        """Begun, and no process is at it; nor did it end since it was read: the page asks again."""
        if self.job.state != Job.State.RUNNING or job_is_alive(self.job):
            return False
        return Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING).exists()

    @property
    def watched(self) -> bool:
        """Whether the page goes on asking."""
        return self.job.state not in ENDED and not self.interrupted


@admin.register(Job)
class JobAdmin(LookupAdmin):
    """后台任务."""

    list_display = ("title", "state_label", "owner", "created_at", "message")
    list_filter: ClassVar[Any] = [("state", ChoicesDropdownFilter)]
    list_select_related = ("owner",)
    search_fields = ("title",)
    search_help_text = "任务名称"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        """One's own jobs; all of them for administrators."""
        rows: QuerySet[Job] = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(owner=request.user.pk)

    @display(description="状态", ordering="state", label=STATES)
    def state_label(self, job: Job) -> str:
        """Where it stands."""
        return job.get_state_display()

    def panels(self, request: HttpRequest, row: Job) -> Sequence[Panel]:
        """The bar, then who asked when."""
        items = (
            ("提交人", text(row.owner)),
            ("提交时间", text(row.created_at)),
            ("更新时间", text(row.updated_at)),
            ("结果", Cell(text="打开", url=row.result_url) if row.result_url else text("")),
        )
        return (JobPanel(job=row), Facts(title="任务", items=items))

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: the bar alone, for the page that asks for it."""
        progress = self.admin_site.admin_view(never_cache(self.progress))
        return [path("<int:pk>/progress/", progress, name="common_job_progress"), *super().get_urls()]

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bar as it is now; a page whose job has ended is loaded again."""
        job = self.get_queryset(request).filter(pk=pk).first()
        if job is None:
            raise Http404
        panel = JobPanel(job=job)
        response = HttpResponse(render_to_string("common/job.html", {"panel": panel}, request))
        if not panel.watched:
            response["HX-Refresh"] = "true"
        return response
