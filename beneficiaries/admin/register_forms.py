"""Forms of registers (登记表单), made from a register's fields."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from beneficiaries.models import Person, RegisterEntry, RegisterKind
from beneficiaries.registers.fields import (
    LONG_TEXT_LENGTH,
    TEXT_LENGTH,
    FieldSpec,
    FieldType,
    specs_of,
)
from beneficiaries.selectors.registers import villages_of
from beneficiaries.services.registers import Entered
from common.encryption import blind_index
from common.form_fields import CalendarDayField
from common.money import format_yuan, parse_yuan
from organizations.models import Hospital, Office, Region
from organizations.scope import Scope

DAY = {"placeholder": "年-月-日", "inputmode": "numeric", "autocomplete": "off"}
OWN = "field_"


class DayField(CalendarDayField):
    """A day, typed."""

    widget = forms.TextInput(attrs=DAY)


class AmountField(forms.CharField):
    """Yuan in, fen out."""

    def clean(self, value: Any) -> Any:
        """Fen, or None."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_yuan(text.replace(",", ""))
        except ValueError:
            raise ValidationError("金额请填元，写两位小数，例如 1234.50。") from None


class PersonField(forms.CharField):
    """A person by the whole ID number; whoever is outside the scope is not found."""

    def __init__(self, *, people: Any, current: Person | None, **kwargs: Any) -> None:
        super().__init__(max_length=18, **kwargs)
        self.people, self.current = people, current

    def clean(self, value: Any) -> Any:
        """The person; nothing typed keeps whoever stands there."""
        number = str(value or "").strip().upper()
        if not number and self.current is not None:
            return self.current
        super().clean(number)
        if not number:
            return None
        person = self.people.filter(id_index=blind_index(number)).first()
        if person is None:
            raise ValidationError("管辖范围内没有该身份证号的人员，请核对号码。")
        return person


class EntryForm(forms.Form):
    """An entry of a register in a county, as far as the scope reaches."""

    happened_on = DayField(label="日期（发生或登记的日期）")

    def __init__(
        self,
        *args: Any,
        kind: RegisterKind,
        county: Region,
        scope: Scope,
        entry: RegisterEntry | None = None,
        person: Person | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.specs, self.county, self.scope, self.entry = specs_of(kind), county, scope, entry
        self.person = entry.person if entry is not None else person
        fields: Any = self.fields
        for spec in self.specs:
            fields[OWN + spec.key] = _MAKERS[spec.type](self, spec)
        if kind.tracked:
            fields["office"] = self._office(kind)
            fields["responsible"] = forms.CharField(label="责任人", max_length=60, required=False)
            fields["due_on"] = DayField(
                label="办理期限（不填按登记簿的默认期限）" if kind.deadline_days else "办理期限",
                required=False,
            )
        if entry is not None:
            fields["note"] = forms.CharField(label="修改原因", max_length=500)
            self.initial = {**_initial(self.specs, entry), **self.initial}

    def _office(self, kind: RegisterKind) -> forms.Field:
        region = self.county
        offices = Office.objects.filter(region__in=[region.pk, region.parent_id])
        if kind.responsible_kinds:
            offices = offices.filter(kind__in=kind.responsible_kinds)
        return forms.ModelChoiceField(offices, label="责任单位", required=False, empty_label="请选择")

    def entered(self) -> Entered:
        """What was entered, for the service."""
        data = self.cleaned_data
        return Entered(
            happened_on=data["happened_on"],
            values={spec.key: data.get(OWN + spec.key) for spec in self.specs},
            office=data.get("office"),
            responsible=data.get("responsible", ""),
            due_on=data.get("due_on"),
        )

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Put what the service found beside the fields."""
        for key, sentence in problems.items():
            self.add_error(OWN + key if OWN + key in self.fields else key, sentence)


def _text(form: EntryForm, spec: FieldSpec) -> forms.Field:
    return forms.CharField(label=spec.title, required=spec.required, max_length=TEXT_LENGTH)


def _long_text(form: EntryForm, spec: FieldSpec) -> forms.Field:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=spec.title, required=spec.required, max_length=LONG_TEXT_LENGTH, widget=area)


def _number(form: EntryForm, spec: FieldSpec) -> forms.Field:
    return forms.IntegerField(label=spec.title, required=spec.required, min_value=0, max_value=10**9)


def _date(form: EntryForm, spec: FieldSpec) -> forms.Field:
    return DayField(label=spec.title, required=spec.required)


def _choice(form: EntryForm, spec: FieldSpec) -> forms.Field:
    choices = [("", "请选择"), *((choice, choice) for choice in spec.choices)]
    return forms.ChoiceField(label=spec.title, required=spec.required, choices=choices)


def _money(form: EntryForm, spec: FieldSpec) -> forms.Field:
    return AmountField(label=spec.title, required=spec.required)


def _person(form: EntryForm, spec: FieldSpec) -> forms.Field:
    people = Person.objects.all()
    # Whoever is treated may be asked for anywhere, by the whole number only; offices keep to their counties.
    if form.scope.hospital_id is None:
        people = people.filter(form.scope.limit(county="county", hospital=""))
    now = f"，现为 {form.person}，不改则不填" if form.person else ""
    return PersonField(
        label=f"{spec.title}（身份证号{now}）",
        required=spec.required and form.person is None,
        people=people,
        current=form.person,
    )


def _hospital(form: EntryForm, spec: FieldSpec) -> forms.Field:
    hospitals = Hospital.objects.all()
    if form.scope.hospital_id is not None:
        # A hospital enters its own matters only.
        own = hospitals.filter(pk=form.scope.hospital_id)
        return forms.ModelChoiceField(own, label=spec.title, initial=form.scope.hospital_id, empty_label=None)
    hospitals = hospitals.filter(county__parent=form.county.parent_id)
    return forms.ModelChoiceField(hospitals, label=spec.title, required=spec.required, empty_label="请选择")


def _region(form: EntryForm, spec: FieldSpec) -> forms.Field:
    regions = Region.objects.filter(level__in=[Region.Level.PREFECTURE, Region.Level.COUNTY])
    return forms.ModelChoiceField(regions, label=spec.title, required=spec.required, empty_label="请选择")


def _village(form: EntryForm, spec: FieldSpec) -> forms.Field:
    villages = villages_of(county=form.county)
    entry = form.entry
    if entry is not None and entry.village and (entry.township, entry.village) not in villages:
        villages = [(entry.township, entry.village), *villages]
    places = {f"{township}　{village}": (township, village) for township, village in villages}
    return forms.TypedChoiceField(
        label=spec.title,
        required=spec.required,
        choices=[("", "请选择"), *((name, name) for name in places)],
        coerce=places.get,
        empty_value=None,
    )


_MAKERS: dict[FieldType, Callable[[EntryForm, FieldSpec], forms.Field]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.MONEY: _money,
    FieldType.PERSON: _person,
    FieldType.HOSPITAL: _hospital,
    FieldType.REGION: _region,
    FieldType.VILLAGE: _village,
}


def _initial(specs: list[FieldSpec], entry: RegisterEntry) -> dict[str, Any]:
    """What the entry says now; a person's number is never shown."""
    initial: dict[str, Any] = {
        "happened_on": entry.happened_on,
        "office": entry.office_id,
        "responsible": entry.responsible,
        "due_on": entry.due_on,
    }
    for spec in specs:
        value: Any = entry.values.get(spec.key)
        if spec.type is FieldType.MONEY and value is not None:
            value = format_yuan(value)
        elif spec.type in (FieldType.HOSPITAL, FieldType.REGION):
            value = getattr(entry, f"{spec.type}_id")
        elif spec.type is FieldType.VILLAGE:
            value = f"{entry.township}　{entry.village}" if entry.village else ""
        initial[OWN + spec.key] = value
    return initial


class NoteForm(forms.Form):
    """What came of it, or why."""

    note = forms.CharField(label="说明", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class StartForm(forms.Form):
    """A remark, if any."""

    note = forms.CharField(
        label="说明（可不填）", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AttachmentForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label="附件（PDF、JPG、PNG、DOCX、XLSX，10 MB 以内）",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"}),
    )


class CountyForm(forms.Form):
    """In which county."""

    county = forms.ModelChoiceField(Region.objects.none(), label="县（市、区）", empty_label="请选择")

    def __init__(self, *args: Any, counties: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["county"].queryset = counties
