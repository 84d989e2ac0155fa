"""Keeping the filters and the order of a list (保存常用视图)."""

import re

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from organizations.errors import SavedViewError
from organizations.models import SavedView, StaffMember
from organizations.models.saved_views import MOST_PARAMETERS

MOST = 20
_LONG_NUMBER = re.compile(r"\d{11,}")


@transaction.atomic
def saved_view_keep(
    *, user: User, list_name: str, title: str, parameters: str, shared: bool, earlier: SavedView | None = None
) -> SavedView:
    """Keep a view, or another name for ``earlier``.

    Args:
        user: whose it is.
        list_name: of which list, ``settlement_claim``.
        title: its name; no telephone, claim or ID number.
        parameters: filters and order, without what was searched for.
        shared: whether colleagues of the same office or hospital see it.
        earlier: what is changed.

    Raises:
        SavedViewError: the name is taken or holds a number; there are too many views or filters; nothing to
            share it with.
    """
    if _LONG_NUMBER.search(title):
        raise SavedViewError("名称中不能有身份证号、电话等号码，请改一个名称。")
    if len(parameters) > MOST_PARAMETERS:
        raise SavedViewError("筛选条件太多，不能保存；请去掉一部分再保存。")
    view = earlier or SavedView(owner=user, list_name=list_name)
    if earlier is None and SavedView.objects.filter(owner=user, list_name=list_name).count() >= MOST:
        raise SavedViewError(f"每个列表最多保存{MOST}个视图，请先删除不用的。")
    place = StaffMember.objects.filter(user=user).first()
    if shared and place is None:
        raise SavedViewError("账号没有登记工作单位，不能共用；请去掉“本单位共用”。")
    view.title, view.parameters = title, parameters
    view.office = place.office if shared and place else None
    view.hospital = place.hospital if shared and place else None
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise SavedViewError(f"您在这个列表已有名为“{title}”的视图，请改一个名称。") from error
    return view
