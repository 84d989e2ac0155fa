"""Pages outside the admin's lists: logging in, one's own account (登录、我的账号)."""
