"""Admin of packs, documents and disease lists (政策). Packs change by loading pack files, never here."""

from policies.admin import library, packs

__all__ = ["library", "packs"]
