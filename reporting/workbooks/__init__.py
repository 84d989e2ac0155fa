"""Workbooks (工作簿): rows in, an Excel file out, nothing read from the database."""
