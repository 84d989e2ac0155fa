"""What hospitals may be refused (拒绝原因): each says in Chinese what to do."""


class KeyRevokedError(Exception):
    """A revoked key cannot be rotated (密钥已吊销)."""

    code = "key_revoked"

    def __init__(self, prefix: str) -> None:
        super().__init__(f"密钥 {prefix} 已吊销，不能更换；请直接签发新密钥。")


class SavedViewError(Exception):
    """A view cannot be kept under this name (视图不能保存): the message says why and what to do."""

    code = "saved_view"
