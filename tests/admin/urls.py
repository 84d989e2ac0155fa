"""Who may open which address (网址与角色): one line per address, read by ``test_urls.py``.

Letters: M medical insurance, H health, C civil affairs, P poverty office, D disabled persons' federation,
F finance, X hospital, S supervisor, I insurer as agent. System administrators open everything.
"""

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
    "my-account", "admin:index", "admin:search", "admin:logout", "admin:password_change_done",
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

# Pages of one's own beside the lists, by the model whose rights and scope they use.
ACTIONS = {
    "admin:auth_user_password_change": "auth_user",
    "admin:beneficiaries_certificate_end": "beneficiaries_chroniccertificate",
    "admin:beneficiaries_certificate_measure": "beneficiaries_chroniccertificate",
    "admin:beneficiaries_identity_correct": "beneficiaries_identitychange",
    "admin:beneficiaries_person_id_number": "beneficiaries_person",
    "admin:common_job_progress": "common_job",
    "admin:organizations_hospital_key": "organizations_hospital",
    "admin:organizations_hospitalkey_revoke": "organizations_hospitalkey",
    "admin:organizations_hospitalkey_rotate": "organizations_hospitalkey",
    "admin:reimbursement_ledger_build": "reimbursement_quarterlyledger",
    "admin:reimbursement_ledger_return": "reimbursement_quarterlyledger",
    "admin:reimbursement_ledger_submit": "reimbursement_quarterlyledger",
    "admin:settlement_flag_record": "settlement_claim",
    "reporting:ledger-workbook": "reimbursement_quarterlyledger",
    "reporting:county-workbook": "reimbursement_quarterlyledger",
    "reporting:statement": "settlement_claim",
    "reporting:statement-pdf": "settlement_claim",
}

# Known pages whose rows the shared world does not hold; their own tests look at strangers.
ELSEWHERE = (
    "admin:beneficiaries_family_", "admin:beneficiaries_health_card_", "admin:beneficiaries_identity_effects",
    "admin:beneficiaries_doctorcontract_", "admin:beneficiaries_followup_", "admin:beneficiaries_register",
    "admin:beneficiaries_person_find", "admin:beneficiaries_roster_", "admin:policies_policy_",
    "admin:reimbursement_approval_", "admin:reimbursement_deduction_", "admin:reimbursement_item_",
    "admin:reimbursement_ledger_step", "admin:reimbursement_line_", "admin:reimbursement_payment_",
    "admin:reimbursement_premium_", "admin:reimbursement_submission_", "admin:reimbursement_budget_",
    "admin:settlement_certification_", "admin:settlement_consumableapproval_review",
    "admin:settlement_flag_step", "admin:settlement_manual_", "admin:settlement_payout_",
    "admin:settlement_referralregistration_review", "admin:settlement_trial",
    "reporting:indicator-workbook", "reporting:notice-", "reporting:pack-comparison",
    "reporting:payout-file", "reporting:policy-sheet", "reporting:premium-", "reporting:register-workbook",
    "reporting:score-workbook",
    "admin:reporting_indicator_", "admin:reporting_indicators", "admin:reporting_figure_",
    "admin:reporting_plan_", "admin:reporting_finding_", "admin:reporting_notice_",
    "admin:reporting_objection_", "admin:reporting_scores", "admin:beneficiaries_unabletopay_",
    "admin:beneficiaries_notinsured_", "admin:beneficiaries_gaps", "admin:reimbursement_quarter_build",
    "reporting:gap-workbook", "reporting:insured-workbook", "reporting:people-", "reporting:roster-",
    "finance:",
)  # fmt: skip
