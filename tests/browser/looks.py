"""What is wrong with how a page looks (页面观感): English, overflow, empty boxes, missing labels."""

import re
from typing import Any

from playwright.sync_api import Page

from config.demo.accounts import LOGINS

TOKEN = re.compile(r"[A-Za-z0-9_./:-]+")
WORD = re.compile(r"[A-Za-z]{4,}")
# Names of things: a file format, keys of a keyboard, standards, genes, and what codes consist of.
ALLOWED = frozenset({"excel", "ctrl", "xlsx", "totp", "openapi", "json", "egfr", "pdgfra", "doudi"})
# The accounts of the demonstration: whoever did something is named on many pages.
ACCOUNTS = frozenset({username for username, _, _ in LOGINS})
# Codes of packs, ledgers, files and keys are shown in such boxes.
CODES = "code, kbd, .doudi-code"
SCAN = """(codes) => {
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && node.checkVisibility({visibilityProperty: true});
  };
  const icon = "[class*=material-symbols]";
  const name = (node) => node.tagName.toLowerCase() + (node.id ? "#" + node.id : "")
    + " " + (node.name || node.className || "") .toString().slice(0, 60)
    + " " + (node.innerText || "").trim().slice(0, 30);
  const named = (node) => node.getAttribute("aria-label") || node.getAttribute("aria-labelledby")
    || node.getAttribute("title") || [...(node.labels || [])].some((label) => label.textContent.trim());
  const words = (node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll(icon).forEach((each) => each.remove());
    return copy.textContent.trim();
  };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(icon + ", script, style, template, " + codes) && shown(parent)) {
      texts.push(walker.currentNode.textContent.trim());
    }
  }
  for (const node of all("[placeholder], [title], [aria-label], [alt]")) {
    for (const key of ["placeholder", "title", "aria-label", "alt"]) texts.push(node.getAttribute(key) || "");
  }
  for (const node of all("input[type=submit], input[type=button]")) texts.push(node.value);
  const root = document.documentElement;
  const wide = (node) => node.scrollWidth > node.clientWidth + 1;
  return {
    texts: texts.filter(Boolean),
    lang: root.lang,
    headings: all("h1").map((node) => node.innerText.trim()),
    overflow: root.scrollWidth > root.clientWidth ? root.scrollWidth : 0,
    clipped: all("td, th, dd, dt, h1, h2, button, label").filter(
      (node) => wide(node) && getComputedStyle(node).overflowX !== "visible").map(name),
    scrolled: all("#main div, #main section").filter(
      (node) => wide(node) && ["auto", "scroll"].includes(getComputedStyle(node).overflowX)).map(name),
    unlabelled: all("input:not([type=hidden]):not([type=submit]), select, textarea").filter(
      (node) => !named(node)).map(name),
    unnamed: all("a[href], button").filter(
      (node) => !words(node) && !named(node) && !node.querySelector("img[alt], svg[aria-label]")).map(name),
    empty: all("section, .doudi-panel, table, fieldset").filter(
      (node) => !node.innerText.trim() && !node.querySelector("svg, img, canvas, input, select")).map(name),
  };
}"""


def flaws(page: Page) -> list[str]:
    """What is wrong with the page as it is shown now, in words."""
    seen: dict[str, Any] = page.evaluate(SCAN, CODES)
    english = {word for text in seen["texts"] for word in _words(text)} - ALLOWED - ACCOUNTS
    found = [f"英文 {word}" for word in sorted(english)]
    if seen["lang"] != "zh-hans":
        found.append(f"语言 {seen['lang']}")
    if len(seen["headings"]) != 1:
        found.append(f"一级标题 {seen['headings']}")
    if seen["overflow"]:
        found.append(f"横向溢出 {seen['overflow']}")
    for what in ("clipped", "scrolled", "unlabelled", "unnamed", "empty"):
        found += [f"{what}: {node}" for node in sorted(set(seen[what]))[:5]]
    return found


def _words(text: str) -> set[str]:
    """Words that no reader of Chinese expects: what holds a digit is a number or a code."""
    tokens = [token for token in TOKEN.findall(text) if not re.search(r"\d", token)]
    return {word.lower() for token in tokens for word in WORD.findall(token)}
