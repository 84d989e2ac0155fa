"""Who calls the interface (接口身份)."""
