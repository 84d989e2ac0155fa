"""Reading rosters (名单解析): files into checked rows, without the database."""
