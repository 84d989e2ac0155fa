"""The audit trail (变更留痕): who changed what, when, from what to what, why, from where."""
