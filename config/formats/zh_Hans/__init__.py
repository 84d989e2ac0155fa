"""How dates are written on pages (日期格式)."""
