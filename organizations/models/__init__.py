"""Regions, offices, hospitals, and who works where (区划、单位、医疗机构、人员)."""

from organizations.models.accounts import AccountSecurity, LoginRecord, RecoveryCode
from organizations.models.calls import ApiCall
from organizations.models.hospitals import Hospital, HospitalKey
from organizations.models.offices import Office, StaffMember
from organizations.models.regions import Region
from organizations.models.roles import RoleGrant
from organizations.models.saved_views import SavedView

__all__ = [
    "AccountSecurity",
    "ApiCall",
    "Hospital",
    "HospitalKey",
    "LoginRecord",
    "Office",
    "RecoveryCode",
    "Region",
    "RoleGrant",
    "SavedView",
    "StaffMember",
]
