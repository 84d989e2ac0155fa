"""How the OpenAPI document describes the key (接口密钥说明)."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from organizations.api.authentication import KEYWORD, HospitalKeyAuthentication


class HospitalKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """``Authorization: Api-Key <key>``."""

    target_class = HospitalKeyAuthentication
    name = "HospitalKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """The security scheme of OpenAPI."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": f"医疗机构接口密钥：`Authorization: {KEYWORD} <密钥>`",
        }
