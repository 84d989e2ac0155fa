"""Filters of the reports' templates (模板过滤器)."""
