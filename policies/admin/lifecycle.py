"""The life of a pack in the admin (政策包生命周期): audit, review, publication, end, copy."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from common.admin_lookup import Button, LookupAdmin
from organizations.admin.scoped import scope_of
from organizations.models import Region
from policies.admin.lifecycle_forms import CloneForm, CloseForm, findings_table
from policies.audit import Severity
from policies.codes import PolicyStatus
from policies.errors import PolicyError, PolicyNotPublishableError
from policies.models import Policy
from policies.publishing import (
    ReadableFinding,
    policy_publish_reviewed,
    readable_findings,
    rows_to_confirm,
)
from policies.services import policy_clone, policy_close, policy_retire, policy_review

LOOK = "policies.view_policy"
CHANGE = "policies.change_policy"
REVIEW = "policies.review_policy"
PUBLISH = "policies.publish_policy"
# Action, title, icon, permission, in which states it is offered (none: in all).
Action = tuple[str, str, str, str, frozenset[str]]
ACTIONS: tuple[Action, ...] = (
    ("audit", "审核检查", "rule", LOOK, frozenset()),
    ("review", "复核", "how_to_reg", REVIEW, frozenset({PolicyStatus.DRAFT})),
    ("publish", "发布", "publish", PUBLISH, frozenset({PolicyStatus.REVIEWED})),
    ("close", "提前截止", "event_busy", PUBLISH, frozenset({PolicyStatus.PUBLISHED})),
    ("retire", "停用", "block", PUBLISH, frozenset({PolicyStatus.PUBLISHED})),
    ("clone", "克隆", "content_copy", CHANGE, frozenset()),
)
RETIRING = "停用后新的费用不再适用本政策包，已结算的不受影响。停用不能撤销。"
CLOSING = "政策包自所填日期起不再适用，此后可发布接续的政策包。截止日只能提前，不能推后。"
CLONING = "复制全部条目为一份新草稿，起草人为您本人；修改、复核、发布后才生效。"
REVIEWING = "复核人须与起草人不同。复核后草稿如有改动，须重新复核。"


class PolicyLifecycle(LookupAdmin):
    """Buttons and pages that carry a pack from draft to retirement; every change goes through a service."""

    keeps_history = True

    def buttons(self, request: HttpRequest, row: Any) -> Sequence[Button]:
        """What the user may do with the pack in its state; comparison is for everybody."""
        offered = [
            Button(title=title, url=_action_url(row, name), icon=icon, primary=name in {"review", "publish"})
            for name, title, icon, permission, states in ACTIONS
            if _may(request, permission, row) and (not states or row.status in states)
        ]
        compare = reverse("admin:policies_policy_compare") + f"?right={row.pk}"
        sheet = reverse("reporting:policy-sheet", args=[row.pk])
        return [
            *offered,
            Button(title="与其他政策包比较", url=compare, icon="compare_arrows"),
            Button(title="政策明白纸", url=sheet, icon="print"),
        ]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's: one page per action."""
        views: dict[str, Callable[..., HttpResponse]] = {
            "audit": self.audit,
            "review": self.review,
            "publish": self.publish,
            "close": self.close,
            "retire": self.retire,
            "clone": self.clone,
        }
        urls: list[URLPattern] = super().get_urls()
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"policies_policy_{name}")
            for name, view in views.items()
        ]
        return [*own, *urls]

    def audit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The findings of the automatic audit (审核检查)."""
        policy = self._policy(request, pk, "audit")
        table = findings_table(readable_findings(policy), title=f"审核检查：{policy}")
        return self._page(request, policy, "审核检查", panels=[table])

    def review(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the findings; on confirmation note the reviewer (复核)."""
        policy = self._policy(request, pk, "review")
        if request.method == "POST":
            return self._change(
                request, policy, "已复核", lambda: policy_review(policy=policy, reviewed_by=_user(request))
            )
        table = findings_table(readable_findings(policy))
        return self._page(request, policy, "复核", panels=[table], remark=REVIEWING)

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List every row to be confirmed; publish when each was ticked (发布)."""
        policy = self._policy(request, pk, "publish")
        findings = readable_findings(policy)
        ticked = request.POST.getlist("confirmed")
        errors: list[str] = []
        if request.method == "POST":
            try:
                policy_publish_reviewed(policy=policy, published_by=_user(request), confirmed=ticked)
            except PolicyError as error:
                errors = _reasons(error, findings)
            else:
                self.log_change(request, policy, "发布")
                messages.success(request, f"政策包“{policy}”已发布，内容不再变动。")
                return HttpResponseRedirect(_change_url(policy))
        blocking = [finding for finding in findings if finding.severity == Severity.ERROR]
        return self._page(
            request,
            policy,
            "发布",
            template="policies/publish.html",
            panels=[findings_table(blocking, title="须先改正的错误")] if blocking else [],
            rows=[(row, row.name in ticked, request.method == "POST") for row in rows_to_confirm(findings)],
            errors=errors,
            blocked=bool(blocking),
        )

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a published pack end earlier (提前截止)."""
        policy = self._policy(request, pk, "close")
        form = CloseForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            to = form.cleaned_data["to"]
            return self._change(
                request, policy, f"截止日提前至 {to}", lambda: policy_close(policy=policy, to=to)
            )
        return self._page(request, policy, "提前截止", form=form, remark=CLOSING)

    def retire(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a published pack out of use (停用)."""
        policy = self._policy(request, pk, "retire")
        if request.method == "POST":
            return self._change(request, policy, "已停用", lambda: policy_retire(policy=policy))
        return self._page(request, policy, "停用", remark=RETIRING)

    def clone(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Copy the pack into a draft for another period (克隆)."""
        policy = self._policy(request, pk, "clone")
        form = CloneForm(request.POST or None, initial={"title": policy.title})
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            try:
                draft = policy_clone(policy=policy, drafted_by=_user(request), **values)
            except PolicyError as error:
                form.add_error("code", str(error))
            else:
                self.log_addition(request, draft, f"自“{policy}”克隆")
                messages.success(request, "已克隆为草稿。")
                return HttpResponseRedirect(_change_url(draft))
        return self._page(request, policy, "克隆", form=form, remark=CLONING)

    def _policy(self, request: HttpRequest, pk: int, action: str) -> Policy:
        policy = self.get_object(request, str(pk))
        if not isinstance(policy, Policy):
            raise Http404
        if not any(name == action and _may(request, right, policy) for name, _, _, right, _ in ACTIONS):
            raise PermissionDenied
        return policy

    def _change(
        self, request: HttpRequest, policy: Policy, done: str, change: Callable[[], object]
    ) -> HttpResponse:
        """Let a service decide; its refusal is shown on the pack's page."""
        try:
            change()
        except PolicyError as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, policy, done)
            messages.success(request, f"政策包“{policy}”：{done}。")
        return HttpResponseRedirect(_change_url(policy))

    def _page(
        self,
        request: HttpRequest,
        policy: Policy,
        action: str,
        *,
        template: str = "policies/lifecycle.html",
        **context: object,
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "title": f"{action}：{policy}",
            "opts": self.opts,
            "action": action,
            "back_url": _change_url(policy),
        }
        return TemplateResponse(request, template, {**shared, **context})


def _may(request: HttpRequest, permission: str, policy: Policy) -> bool:
    """Everybody may read any city's pack; what changes one is for the city's own offices."""
    if not request.user.has_perm(permission):
        return False
    scope = scope_of(request)
    if permission == LOOK or scope.everything:
        return True
    # The first four digits of a county's code are its city's.
    own = Region.objects.filter(pk__in=scope.county_ids, code__startswith=policy.city_code[:4])
    return own.exists()


def _user(request: HttpRequest) -> Any:
    """Signed in: the admin lets nobody else come here."""
    return request.user


def _change_url(policy: Policy) -> str:
    return reverse("admin:policies_policy_change", args=[policy.pk])


def _action_url(policy: Policy, action: str) -> str:
    return reverse(f"admin:policies_policy_{action}", args=[policy.pk])


def _reasons(error: PolicyError, findings: Sequence[ReadableFinding]) -> list[str]:
    """The refusal line by line, with titles instead of codes."""
    if not isinstance(error, PolicyNotPublishableError):
        return [str(error)]
    titles = {finding.name: f"{finding.section}“{finding.title}”" for finding in findings}
    reasons = []
    for reason in error.reasons:
        named = max((name for name in titles if name in reason), key=len, default="")
        reasons.append(reason.replace(named, titles[named]) if named else reason)
    return reasons
