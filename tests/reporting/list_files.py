"""A county's people for the tests of exported lists, and how its officer asks for a file."""

import io
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries.models import Person
from common.encryption import blind_index, encrypt
from organizations.models import Office, Region
from organizations.services import roles_apply, staff_member_appoint
from tests import factories

PEOPLE = "beneficiaries_person"


def officer(name: str, at: Region, *, role: str = "medical_insurance") -> Client:
    """A client of somebody of the county's office."""
    roles_apply()
    office, _ = Office.objects.get_or_create(name=f"{at.name}{role}", kind=role, region=at)
    user = User.objects.create_user(name)
    staff_member_appoint(user=user, at=office, role=role)
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def people(number: int, at: Region, *, name: str = "示例人", month: int = 1) -> list[Person]:
    """So many people of the county, all of one name."""
    numbers = [
        factories.id_number(born=date(1940 + serial // 900, month, 1), serial=serial % 900)
        for serial in range(number)
    ]
    return Person.objects.bulk_create(
        Person(
            id_encrypted=encrypt(each),
            id_index=blind_index(each),
            id_last4=each[-4:],
            name=name,
            sex=Person.Sex.FEMALE,
            born_on=date(1940, month, 1),
            county=at,
        )
        for each in numbers
    )


def ask(client: Client, name: str = PEOPLE, **sent: str) -> Any:
    """Send the export form."""
    return client.post(reverse("list-export", args=[name]), {"asked": "", "token": str(uuid4()), **sent})


def cells_of(answer: Any) -> list[list[Any]]:
    """The file's rows that hold anything, as Excel reads them."""
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell.value for cell in row if cell.value is not None] for row in book.worksheets[0].iter_rows()]
    return [row for row in rows if row]
