"""Workbooks about people (人员工作簿)."""
