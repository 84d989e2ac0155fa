"""Who may open which address (网址与角色): one line per address, read by ``test_urls.py``.

Letters: M medical insurance, H health, C civil affairs, P poverty office, D disabled persons' federation,
F finance, X hospital, S supervisor, I insurer as agent. System administrators open everything.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

ROLE_LETTERS = {
    "M": "medical_insurance", "H": "health", "C": "civil_affairs", "P": "poverty", "D": "disabled_federation",
    "F": "finance", "X": "hospital", "S": "supervisor", "I": "insurer",
}  # fmt: skip
ALL = "MHCPDFXSI"
PEOPLE = "MHCPDS"
MONEY = "MHCFXSI"
REPORTS = "MHCPFS"
NOBODY = ""

# Lists of the admin, and with them the pages of their rows and of their history.
LISTS = {
    "auth_group": NOBODY,
    "auth_user": NOBODY,
    "beneficiaries_certificationapplication": PEOPLE + "X",
    "beneficiaries_certificationexam": PEOPLE + "X",
    "beneficiaries_chroniccertificate": PEOPLE,
    "beneficiaries_doctorcontract": PEOPLE + "X",
    "beneficiaries_enrolment": PEOPLE,
    "beneficiaries_examadvance": PEOPLE,
    "beneficiaries_followup": PEOPLE + "X",
    "beneficiaries_healthcard": PEOPLE,
    "beneficiaries_household": PEOPLE + "FI",
    "beneficiaries_identity": PEOPLE,
    "beneficiaries_identitychange": PEOPLE,
    "beneficiaries_idnumberlook": PEOPLE,
    "beneficiaries_notinsured": PEOPLE,
    "beneficiaries_person": PEOPLE + "FI",
    "beneficiaries_registerentry": PEOPLE + "FX",
    "beneficiaries_registerkind": PEOPLE + "FX",
    "beneficiaries_rosterimport": PEOPLE,
    "beneficiaries_unabletopay": PEOPLE,
    "common_change": "S",
    "common_job": ALL,
    "organizations_apicall": "MSX",
    "organizations_hospital": ALL,
    "organizations_hospitalkey": "MSX",
    "organizations_loginrecord": NOBODY,
    "organizations_office": ALL,
    "organizations_region": ALL,
    "policies_diseaselist": ALL,
    "policies_druglist": ALL,
    "policies_fund": ALL,
    "policies_policy": ALL,
    "policies_policydocument": ALL,
    "reimbursement_budget": MONEY,
    "reimbursement_ledgerpayment": MONEY,
    "reimbursement_premiumsheet": MONEY,
    "reimbursement_quarterlyledger": MONEY,
    "reimbursement_submission": MONEY,
    "reporting_exportlog": REPORTS,
    "reporting_finding": REPORTS,
    "reporting_indicatorfigure": REPORTS,
    "reporting_inspectionplan": REPORTS,
    "reporting_inspector": REPORTS,
    "reporting_notice": REPORTS + "X",
    "reporting_noticeobjection": REPORTS,
    "reporting_printsetting": REPORTS,
    "reporting_scoreitem": REPORTS,
    "settlement_claim": MONEY,
    "settlement_consumableapproval": MONEY,
    "settlement_eligibilityquery": MONEY,
    "settlement_flag": MONEY,
    "settlement_manualclaim": MONEY,
    "settlement_payment": MONEY,
    "settlement_patientrepayment": MONEY,
    "settlement_payoutbatch": MONEY,
    "settlement_referralregistration": MONEY,
    "settlement_settlement": MONEY,
}

# Django's own forms that add a row: system administrators, and these.
FORMS = {"reimbursement_budget": "F", "reporting_inspector": "MH", "reporting_scoreitem": "MH"}

# Everybody, logged in or not.
OPEN = {
    "start", "login", "login-code", "login-password", "login-second-factor", "login-done", "admin:login",
    "api-schema", "api-docs", "healthz", "admin:", "^api(?:/|$)",
}  # fmt: skip

# Whoever is logged in: what the page shows is scoped, or nothing but the account's own.
SIGNED_IN = {
    "my-account", "renew-second-factor", "desk-numbers", "desk-search", "admin:index", "admin:search",
    "admin:logout", "admin:password_change_done",
    "admin:password_change", "admin:autocomplete", "admin:jsi18n", "admin:view_on_site", "admin:app_list",
}  # fmt: skip

# Only with a hospital's key.
KEY = {
    "eligibility", "claim-preview", "claim-batch", "claim-settle", "claim-detail", "claim-reversal",
    "disease-suggestions", "message-outcome", "referral-register", "referral-detail", "approval-request",
    "approval-detail", "reconcile-totals", "reconcile-details", "ledger-list", "ledger-detail",
    "ledger-confirm", "claim-statement", "certification-list", "certification-exam", "certification-detail",
    "certification-exams",
}  # fmt: skip


class Page(NamedTuple):
    """Who opens a page, and whose row its address names."""

    roles: str
    # The table of the row; without one the page shows whatever is in the visitor's scope.
    row: str = ""
    # The address' other parts; a table again stands for its row's key.
    parts: Mapping[str, str | int] = MappingProxyType({})


# Pages beside the lists, drawn or posted to.
PAGES = {
    "admin:auth_user_password_change": Page(NOBODY, "auth.User"),
    "admin:beneficiaries_certificate_end": Page("MH", "beneficiaries.ChronicCertificate"),
    "admin:beneficiaries_certificate_measure": Page("MH", "beneficiaries.ChronicCertificate"),
    "admin:beneficiaries_doctorcontract_act": Page("HX", "beneficiaries.DoctorContract", {"action": "plan"}),
    "admin:beneficiaries_doctorcontract_reverse_fee": Page("MH", "beneficiaries.ServiceFee"),
    "admin:beneficiaries_doctorcontract_sign": Page("HX"),
    "admin:beneficiaries_enrolment_correct": Page("M", "beneficiaries.Enrolment"),
    "admin:beneficiaries_enrolment_record": Page("M", "beneficiaries.Person"),
    "admin:beneficiaries_enrolment_withdraw": Page("M", "beneficiaries.Enrolment"),
    "admin:beneficiaries_followup_done": Page("HX", "beneficiaries.FollowUp"),
    "admin:beneficiaries_gaps": Page(PEOPLE),
    "admin:beneficiaries_gaps_county": Page(PEOPLE, "organizations.Region"),
    "admin:beneficiaries_health_card_act": Page("MH", "beneficiaries.HealthCard", {"name": "lost"}),
    "admin:beneficiaries_health_card_issue": Page("MH"),
    "admin:beneficiaries_identity_correct": Page("MCPD", "beneficiaries.Person"),
    "admin:beneficiaries_identity_effects": Page(PEOPLE),
    "admin:beneficiaries_identity_effects_post": Page("MCPD", "beneficiaries.Person"),
    "admin:beneficiaries_insured_template": Page(PEOPLE),
    "admin:beneficiaries_insured_upload": Page("M"),
    "admin:beneficiaries_notinsured_record": Page("M", "beneficiaries.Person", {"year": 2019}),
    "admin:beneficiaries_notinsured_withdraw": Page("M", "beneficiaries.NotInsured"),
    "admin:beneficiaries_person_find": Page("MHCPDFSI"),
    "admin:beneficiaries_person_id_number": Page("MHCPDF", "beneficiaries.Person"),
    "admin:beneficiaries_register_record": Page("MHCPDF", "", {"code": "problems"}),
    "admin:beneficiaries_registerentry_attach": Page("MHCPDF", "beneficiaries.RegisterEntry"),
    "admin:beneficiaries_registerentry_change_values": Page("MHCPDF", "beneficiaries.RegisterEntry"),
    "admin:beneficiaries_registerentry_step": Page(
        "MHCPDF", "beneficiaries.RegisterEntry", {"step": "close"}
    ),
    "admin:beneficiaries_roster_confirm": Page("MCPD", "beneficiaries.RosterImport"),
    "admin:beneficiaries_roster_discard": Page("MCPD", "beneficiaries.RosterImport"),
    "admin:beneficiaries_roster_hand_back": Page("MCPD", "beneficiaries.RosterImport"),
    "admin:beneficiaries_roster_pass_on": Page("MCPD", "beneficiaries.RosterImport"),
    "admin:beneficiaries_roster_punctuality": Page(PEOPLE),
    "admin:beneficiaries_roster_receipt": Page(
        "MCPD", "beneficiaries.RosterImport", {"delivery_id": "beneficiaries.RosterDelivery"}
    ),
    "admin:beneficiaries_roster_resume": Page("MCPD", "beneficiaries.RosterImport"),
    "admin:beneficiaries_roster_template": Page(PEOPLE),
    "admin:beneficiaries_roster_undo": Page("MCPD", "beneficiaries.RosterImport"),
    "admin:beneficiaries_roster_upload": Page("MCPD"),
    "admin:beneficiaries_unabletopay_record": Page("MCPD", "beneficiaries.Person", {"year": 2019}),
    "admin:beneficiaries_unabletopay_withdraw": Page("MCPD", "beneficiaries.UnableToPay"),
    "admin:common_job_progress": Page("M", "common.Job"),
    "admin:organizations_hospital_import": Page(NOBODY),
    "admin:organizations_hospital_key": Page("M", "organizations.Hospital"),
    "admin:organizations_hospital_process_import": Page(NOBODY),
    "admin:organizations_hospitalkey_revoke": Page("M", "organizations.HospitalKey"),
    "admin:organizations_hospitalkey_rotate": Page("M", "organizations.HospitalKey"),
    "admin:policies_policy_audit": Page(ALL, "policies.Policy"),
    "admin:policies_policy_clone": Page("M", "policies.Policy"),
    "admin:policies_policy_close": Page("M", "policies.Policy"),
    "admin:policies_policy_compare": Page(ALL),
    "admin:policies_policy_publish": Page("M", "policies.Policy"),
    "admin:policies_policy_retire": Page("M", "policies.Policy"),
    "admin:policies_policy_review": Page("M", "policies.Policy"),
    "admin:reimbursement_approval_undo": Page("F", "reimbursement.Approval"),
    "admin:reimbursement_deduction_undo": Page("MH", "reimbursement.LineDeduction"),
    "admin:reimbursement_item_pay": Page("F", "reimbursement.SubmissionItem"),
    "admin:reimbursement_ledger_build": Page("MH", "reimbursement.QuarterlyLedger"),
    "admin:reimbursement_ledger_return": Page("MH", "reimbursement.QuarterlyLedger"),
    "admin:reimbursement_ledger_step": Page("MH", "reimbursement.QuarterlyLedger", {"step": "review"}),
    "admin:reimbursement_ledger_submit": Page("MH", "reimbursement.QuarterlyLedger"),
    "admin:reimbursement_line_deduct": Page("MH", "reimbursement.LedgerLine"),
    "admin:reimbursement_payment_receive": Page("X", "reimbursement.LedgerPayment"),
    "admin:reimbursement_payment_return": Page("F", "reimbursement.LedgerPayment"),
    "admin:reimbursement_payment_undo": Page("F", "reimbursement.LedgerPayment"),
    "admin:reimbursement_premium_build": Page("M"),
    "admin:reimbursement_premium_rebuild": Page("M", "reimbursement.PremiumSheet"),
    "admin:reimbursement_premium_submit": Page("M", "reimbursement.PremiumSheet"),
    "admin:reimbursement_quarter_build": Page("MH"),
    "admin:reimbursement_submission_approve": Page("F", "reimbursement.Submission", {"part": "rest"}),
    "admin:reporting_figure_report": Page("MHS"),
    "admin:reporting_finding_record": Page("MHS"),
    "admin:reporting_finding_step": Page("MHS", "reporting.Finding"),
    "admin:reporting_indicator_rows": Page(REPORTS, "", {"code": "insured"}),
    "admin:reporting_indicators": Page(REPORTS),
    "admin:reporting_notice_object": Page("MH", "reporting.Notice"),
    "admin:reporting_notice_publish": Page("MH"),
    "admin:reporting_objection_step": Page("MH", "reporting.NoticeObjection"),
    "admin:reporting_plan_draw": Page("MHS", "reporting.InspectionPlan"),
    "admin:reporting_plan_make": Page("MHS"),
    "admin:reporting_scores": Page(REPORTS),
    "admin:settlement_certification_apply": Page("MHX"),
    "admin:settlement_certification_exam_attach": Page("X", "beneficiaries.CertificationExam"),
    "admin:settlement_certification_exam_cancel": Page("X", "beneficiaries.CertificationExam"),
    "admin:settlement_certification_exam_file": Page(PEOPLE + "X", "beneficiaries.ExamAttachment"),
    "admin:settlement_certification_step": Page(
        "MH", "beneficiaries.CertificationApplication", {"slug": "papers"}
    ),
    "admin:settlement_claim_reverse": Page("M", "settlement.Claim"),
    "admin:settlement_consumableapproval_review": Page("M", "settlement.ConsumableApproval"),
    "admin:settlement_flag_record": Page("M", "settlement.Claim"),
    "admin:settlement_flag_step": Page("M", "settlement.Flag", {"state": "asked"}),
    "admin:settlement_manual_account": Page("MI", "settlement.ManualClaim"),
    "admin:settlement_manual_enter": Page("MI"),
    "admin:settlement_manual_handled": Page(MONEY),
    "admin:settlement_manual_step": Page("MI", "settlement.ManualClaim", {"slug": "suspend"}),
    "admin:settlement_payout_bounce": Page("M", "settlement.PayoutItem"),
    "admin:settlement_payout_confirm": Page("M", "settlement.PayoutBatch"),
    "admin:settlement_payout_open": Page("MHCFSI", "organizations.Region"),
    "admin:settlement_payout_repay": Page("M", "organizations.Region", {"person_id": "beneficiaries.Person"}),
    "admin:settlement_payout_repayment_undo": Page("M", "settlement.PatientRepayment"),
    "admin:settlement_referralregistration_review": Page("M", "settlement.ReferralRegistration"),
    "admin:settlement_trial": Page(ALL),
    "finance:approve-all": Page("F", "reimbursement.Submission"),
    "finance:approve-first": Page("F", "reimbursement.Submission"),
    "finance:desk": Page("F"),
    "finance:pay": Page("F", "reimbursement.SubmissionItem"),
    "finance:payments": Page("F"),
    "finance:return-payment": Page("F", "reimbursement.LedgerPayment"),
    "finance:submission": Page("F", "reimbursement.Submission"),
    "finance:undo-approval": Page("F", "reimbursement.Approval"),
    "finance:undo-payment": Page("F", "reimbursement.LedgerPayment"),
    "finance:workbook": Page("F", "organizations.Region", {"year": 2019, "quarter": 2}),
    "list-export": Page(MONEY, "", {"name": "settlement_claim"}),
    "list-file": Page("M", "reporting.ListExport"),
    "reporting:certificate-paper": Page("MH", "beneficiaries.ChronicCertificate"),
    "reporting:county-workbook": Page(MONEY, "reimbursement.QuarterlyLedger"),
    "reporting:draw-page": Page(REPORTS, "reporting.InspectionDraw"),
    "reporting:draw-workbook": Page(REPORTS, "reporting.InspectionDraw"),
    "reporting:covered-workbook": Page(PEOPLE, "organizations.Region", {"year": 2019, "quarter": 2}),
    "reporting:gap-workbook": Page(PEOPLE, "organizations.Region", {"year": 2019}),
    "reporting:health-card-paper": Page("MH", "beneficiaries.HealthCard"),
    "reporting:indicator-workbook": Page(REPORTS, "", {"year": 2019, "quarter": 2}),
    "reporting:insured-workbook": Page(PEOPLE, "organizations.Region", {"year": 2019}),
    "reporting:ledger-workbook": Page(MONEY, "reimbursement.QuarterlyLedger"),
    "reporting:notice-page": Page("MHCPFXS", "reporting.Notice"),
    "reporting:notice-workbook": Page("MHCPFXS", "reporting.Notice"),
    "reporting:pack-comparison": Page(ALL, "policies.Policy", {"right_id": "policies.Policy"}),
    "reporting:payout-file": Page("MI", "settlement.PayoutBatch"),
    "reporting:policy-sheet": Page(ALL, "policies.Policy"),
    "reporting:premium-workbook": Page("MHCFSI", "reimbursement.PremiumSheet"),
    "reporting:register-file": Page("MHCPDFXS", "beneficiaries.RegisterAttachment"),
    "reporting:register-workbook": Page("MHCPDFXS", "", {"code": "problems"}),
    "reporting:score-workbook": Page(REPORTS, "", {"year": 2019, "quarter": 2}),
    "reporting:statement": Page(MONEY, "settlement.Claim"),
    "reporting:statement-pdf": Page(MONEY, "settlement.Claim"),
    "saved-view-edit": Page("M", "organizations.SavedView"),
    "saved-view-delete": Page("M", "organizations.SavedView"),
    "saved-view-save": Page(MONEY, "", {"name": "settlement_claim"}),
}
