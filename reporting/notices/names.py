"""Names on a notice (公示姓名)."""


def masked_name(name: str) -> str:
    """``张三`` → ``张*``, ``张三丰`` → ``张*丰``: the first sign and, of longer names, the last."""
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"
