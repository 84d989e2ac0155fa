"""Somebody at the desk (坐在电脑前的人): logs in, works, logs out; what the browser complains of counts."""

from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

CHROMIUM = Path("/usr/bin/chromium")
OFFICE_SCREEN: ViewportSize = {"width": 1366, "height": 768}
# A busy machine is no failure.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


class Visit:
    """One person's browser window, logged in."""

    def __init__(self, browser: Browser, *, site: str, username: str, password: str) -> None:
        self._site = site
        self._said: list[str] = []
        self._asked: set[str] = set()
        self._refused: set[str] = set()
        self._context = browser.new_context(base_url=site, viewport=OFFICE_SCREEN, locale="zh-CN")
        self._context.set_default_timeout(PATIENCE_MS)
        self.page = self._open()
        self.page.goto("/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_label("密码")).to_have_count(0)

    def _open(self) -> Page:
        page = self._context.new_page()
        page.on("console", lambda message: self._hear(message.text, message.type, message.location["url"]))
        page.on("pageerror", lambda error: self._said.append(str(error)))
        page.on("request", lambda request: self._asked.add(request.url))
        return page

    def _hear(self, text: str, kind: str, url: str) -> None:
        if kind == "error" and url.removeprefix(self._site) not in self._refused:
            self._said.append(f"{url} {text}")

    def opens(self, path: str) -> Page:
        """Open a page that this person may see."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path} {answer.status}"
        return self.page

    def cannot_open(self, *paths: str) -> None:
        """What belongs to others does not exist for this person."""
        for path in paths:
            # The browser reports such an answer as an error of its own.
            self._refused.add(path)
            answer = self.page.goto(path)
            assert answer is not None
            assert answer.status == 404, f"{path} {answer.status}"
            expect(self.page.get_by_role("link", name="首页").first).to_be_visible()

    def logs_out(self) -> None:
        """Log out; what was open is closed."""
        self.page.goto("/admin/account/")
        self.page.locator("#logout-form").evaluate("form => form.submit()")
        expect(self.page).to_have_url(f"{self._site}/admin/logout/")
        self.page.goto("/admin/account/")
        expect(self.page.get_by_label("用户名")).to_be_visible()

    def end(self) -> None:
        """Close the window; no page broke its policy, failed, or asked another host."""
        self._context.close()
        assert not self._said, self._said
        outside = [url for url in self._asked if not url.startswith((self._site, "data:", "blob:"))]
        assert not outside, outside
