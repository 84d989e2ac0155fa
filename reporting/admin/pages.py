"""What the pages of the reports share (表单页、列表按钮): one form, one service, its refusal shown."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from common.admin_lookup import Button
from common.clock import business_date
from organizations.admin.scoped import ScopedLookupAdmin, scope_of
from organizations.models import Region
from reporting.errors import ReportError

LIST_BUTTONS = "reporting/list_buttons.html"


class PagesAdmin(ScopedLookupAdmin):
    """A look-up with pages of its own beside the list."""

    list_before_template = LIST_BUTTONS
    keeps_history = True

    def list_buttons(self, request: HttpRequest) -> Sequence[Button]:
        """What the user may begin above the list."""
        return ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """With the buttons above the list."""
        context = {**(extra_context or {}), "list_buttons": self.list_buttons(request)}
        return super().changelist_view(request, context)

    def answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        """A page in the admin's frame."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**frame, **context})

    def form_page(
        self,
        request: HttpRequest,
        *,
        permission: str,
        title: str,
        form: forms.Form,
        save: Callable[[dict[str, Any]], tuple[str, str]],
        back_url: str,
        note: str = "",
    ) -> HttpResponse:
        """Show a form; what it holds goes to ``save``, which answers a message and where to go on."""
        if not request.user.has_perm(permission):
            raise PermissionDenied
        if request.method == "POST" and form.is_valid():
            try:
                message, url = save(form.cleaned_data)
            except ReportError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, message)
                return HttpResponseRedirect(url)
        context = {"title": title, "form": form, "note": note, "back_url": back_url}
        return self.answer(request, "settlement/form_page.html", context)

    def row_or_404(self, request: HttpRequest, pk: int) -> Any:
        """A row of the scope; a stranger's does not exist."""
        return get_object_or_404(self.get_queryset(request), pk=pk)


class DatesForm(forms.Form):
    """Dates are typed; the first one begins as today."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = forms.TextInput(attrs={"placeholder": "年-月-日"})
                if field.required:
                    field.initial = business_date()


def counties_of(request: HttpRequest) -> Any:
    """The counties that a form offers."""
    counties = Region.objects.filter(level=Region.Level.COUNTY)
    return counties.filter(scope_of(request).limit(county="pk", hospital="")).order_by("code")


def staff(request: HttpRequest) -> User:
    """Who asks: admin pages know nobody else."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
