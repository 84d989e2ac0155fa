"""Advice on claims (疑点提示): rules as data, checks as plain functions; nothing here moves money."""
