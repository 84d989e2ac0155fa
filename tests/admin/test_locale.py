"""The compiled texts are those of the source: a fresh clone needs no gettext."""

import ast
import gettext
import re
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr|msgstr\[0\]) ((?:"(?:[^"\\]|\\.)*"\n?)+)', re.MULTILINE)


def test_compiled_texts_are_those_of_the_source() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    catalog: dict[object, str] = compiled._catalog  # type: ignore[attr-defined]

    texts = {(key, 0) if plural else key: text for key, plural, text in entries()}

    assert {key: text for key, text in catalog.items() if key} == texts


def test_every_text_is_translated() -> None:
    assert [key for key, _, text in entries() if not re.search(r"[\u4e00-\u9fff]", text)] == []


def entries() -> list[tuple[str, bool, str]]:
    """``(English, has plural, Chinese)`` of the source file."""
    found = []
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        parts = {
            name: "".join(ast.literal_eval(line) for line in value.strip().splitlines())
            for name, value in ENTRY.findall(block + "\n")
        }
        plural = "msgid_plural" in parts
        found.append((parts["msgid"], plural, parts["msgstr[0]" if plural else "msgstr"]))
    return found
