"""Entering many hospitals at once from a workbook (医疗机构批量录入), through django-import-export.

A small table: hundreds of rows. Rosters of people take a path of their own (decision 0013).
"""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from import_export.admin import ImportMixin
from import_export.fields import Field
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import ModelResource
from import_export.tmp_storages import MediaStorage
from import_export.widgets import BooleanWidget, ForeignKeyWidget, Widget
from tablib import Dataset
from unfold.contrib.import_export.forms import ImportForm

from common.audit.context import because
from common.codes import Designation, HospitalLevel, Ownership
from organizations.models import Hospital, Region

MOST_ROWS = 5000


class ChoiceWidget(Widget):
    """A cell with the Chinese word of a choice."""

    def __init__(self, choices: Any) -> None:
        super().__init__()
        self._codes = {str(label): str(code) for code, label in choices.choices}
        self._words = {code: label for label, code in self._codes.items()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """The code of the word."""
        word = str(value or "").strip()
        if word not in self._codes:
            raise ValueError(f"不认识的“{word[:20]}”，请填：{'、'.join(self._codes)}")
        return self._codes[word]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The word of the code."""
        return self._words.get(str(value), "")


class ChoicesWidget(ChoiceWidget):
    """A cell with several words, ``、`` between them; none is allowed."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The codes of the words."""
        words = [word.strip() for word in str(value or "").replace("，", "、").split("、")]
        return [super(ChoicesWidget, self).clean(word) for word in words if word]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The words of the codes."""
        return "、".join(super(ChoicesWidget, self).render(code) for code in value or ())


class CountyWidget(ForeignKeyWidget):
    """A cell with the code of a county (县区代码)."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Region:
        """The county."""
        # Excel makes a number of it.
        code = str(value or "").strip().removesuffix(".0")
        county = Region.objects.filter(code=code, level=Region.Level.COUNTY).first()
        if county is None:
            raise ValueError(f"没有代码为“{code[:12]}”的县（市、区），请先建立行政区划或更正代码")
        return county


class YesNoWidget(BooleanWidget):
    """是 or 否."""

    TRUE_VALUES: ClassVar[Any] = ["是", "1", 1, True]
    FALSE_VALUES: ClassVar[Any] = ["否", "0", 0, False]

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        """Anything else is a wrong cell, not a no."""
        if value in self.TRUE_VALUES or value in self.FALSE_VALUES:
            return value in self.TRUE_VALUES
        raise ValueError(f"联网结算请填是或否，现为“{str(value or '')[:20]}”")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """是 or 否."""
        return "是" if value else "否"


class TextWidget(Widget):
    """A cell that is text even where Excel made a number of it."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Without the spaces around it."""
        return "" if value is None else str(value).strip()


class HospitalResource(ModelResource):
    """One row a hospital; its code says which: a known one is changed, a new one added."""

    code = Field("code", "机构编码", widget=TextWidget())
    name = Field("name", "名称", widget=TextWidget())
    county = Field("county", "县区代码", widget=CountyWidget(Region, "code"))
    level = Field("level", "级别", widget=ChoiceWidget(HospitalLevel))
    ownership = Field("ownership", "所有制", widget=ChoiceWidget(Ownership))
    networked = Field("networked", "联网结算", widget=YesNoWidget())
    designations = Field("designations", "定点类别", widget=ChoicesWidget(Designation))
    bank_account = Field("bank_account", "收款账户", widget=TextWidget())

    class Meta:
        """All or nothing; what is as it was stays untouched."""

        model = Hospital
        import_id_fields = ("code",)
        fields = import_order = (
            "code", "name", "county", "level", "ownership", "networked", "designations", "bank_account",
        )  # fmt: skip
        clean_model_instances = True
        skip_unchanged = True
        use_transactions = True

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Refuse what is no list of hospitals.

        Raises:
            ValidationError: a column is missing, or there are too many rows.
        """
        headers = {str(header or "").strip() for header in dataset.headers or ()}
        missing = [
            field.column_name for field in self.get_import_fields() if field.column_name not in headers
        ]
        if missing:
            raise ValidationError(f"表头缺少：{'、'.join(missing)}。请按本页所列的列名补齐后再上传。")
        if len(dataset) > MOST_ROWS:
            raise ValidationError(f"一次最多 {MOST_ROWS} 行，请分几次导入。")

    def validate_instance(self, instance: Hospital, *args: Any, **kwargs: Any) -> None:
        """Errors name the columns of the table, not those of the database."""
        try:
            super().validate_instance(instance, *args, **kwargs)
        except ValidationError as error:
            columns = {field.attribute: field.column_name for field in self.get_import_fields()}
            raise ValidationError(
                {columns.get(name, name): said for name, said in error.message_dict.items()}
            ) from None


class HospitalImport(ImportMixin):
    """Mixin of the hospitals' admin class: for whoever may add hospitals."""

    resource_classes: ClassVar[Any] = [HospitalResource]
    formats: ClassVar[Any] = [XLSX, CSV]
    import_form_class = ImportForm
    tmp_storage_class = MediaStorage
    # The audit trail has every row.
    skip_admin_log = True

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Those who enter hospitals one by one."""
        return bool(self.has_add_permission(request))

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Apply what was shown."""
        because("医疗机构批量导入")
        response: HttpResponse = super().process_import(request, **kwargs)
        return response
