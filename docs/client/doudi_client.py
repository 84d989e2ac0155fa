"""兜底医院结算接口的参考客户端：一个文件，只依赖 httpx，可以照抄到医院的系统里。

结果不明时（连接断开、超时、服务器错误）先按消息号查询，查不到再原样重发：同一单据号、同样内容重发多少次都只结算一次，
所以既不会重复结算，也不会漏结算。
"""

import secrets
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

Body = dict[str, Any]
# 这些状态码没有说明请求是否生效，或只是暂时不能办理。
UNKNOWN = frozenset({500, 502, 503, 504})
BUSY = frozenset({429})


class ProblemError(Exception):
    """接口拒绝了请求：``code`` 固定不变，可以据此处理；``detail`` 是给人看的中文说明。"""

    def __init__(self, status: int, body: Body) -> None:
        self.status = status
        self.code = str(body.get("code", ""))
        self.detail = str(body.get("detail", ""))
        self.body = body
        super().__init__(f"{status} {self.code}：{self.detail}")


class OutcomeUnknownError(Exception):
    """多次重试后仍不知道结果：稍后用同一消息号、同一单据号再试，不要换号。"""


class Doudi:
    """一个医疗机构的接口连接。

    Args:
        url: 系统的网址，例如 ``https://doudi.example``。
        key: 经办机构发给本机构的接口密钥。
        institution: 机构编码 12 位，用来编消息号。
        timeout_seconds: 等待一次答复的秒数。
        tries: 一次业务最多尝试几遍。
        pause_seconds: 第一次重试前等待的秒数，以后每次加倍，最多 10 秒。
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        institution: str = "000000000000",
        timeout_seconds: float = 30,
        tries: int = 8,
        pause_seconds: float = 0.5,
    ) -> None:
        self._institution = institution
        self._tries = tries
        self._pause_seconds = pause_seconds
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1",
            headers={"Authorization": f"Api-Key {key}"},
            timeout=timeout_seconds,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def message_id(self) -> str:
        """新的消息号：机构编码 12 位、时间 14 位、顺序号 4 位（这里用随机数）。"""
        return f"{self._institution}{datetime.now():%Y%m%d%H%M%S}{secrets.randbelow(10_000):04d}"  # noqa: DTZ005

    def eligibility(self, id_number: str, *, on: str = "") -> Body:
        """查询一个人在某日的身份、就医证与余额、本年度累计。"""
        query = {"on": on} if on else {}
        return self._ask("GET", "/eligibility/", params=query, headers={"X-Id-Number": id_number})

    def preview(self, claim: Body) -> Body:
        """预结算：只计算，不记账。"""
        return self._ask("POST", "/claims/preview/", json=claim)

    def settle(self, claim: Body) -> Body:
        """结算；断线、超时后自动查询和重发。

        Raises:
            ProblemError: 被拒绝，没有结算；按 ``code`` 处理。
            OutcomeUnknownError: 一直没有得到答复。
        """
        claim = {"message_id": self.message_id(), **claim}
        return self._surely(
            lambda: self._send("POST", "/claims/", json=claim), message_id=claim["message_id"]
        )

    def reverse(self, claim_no: str, reason: str) -> Body:
        """冲销整张单据；断线、超时后自动查询和重发。答复为冲销后的单据。"""
        body = {"reason": reason, "message_id": self.message_id()}
        self._surely(
            lambda: self._send("POST", f"/claims/{claim_no}/reversal/", json=body),
            message_id=body["message_id"],
        )
        return self.claim(claim_no)

    def batch(self, claims: Sequence[Body]) -> Body:
        """批量结算，至多 200 张；逐张看 ``results`` 里的 ``status``。整批重发也安全。"""
        return self._ask("POST", "/claims/batch/", json={"claims": list(claims)})

    def claim(self, claim_no: str) -> Body:
        """查询一张单据的现状和每次记账。"""
        return self._ask("GET", f"/claims/{claim_no}/")

    def statement(self, claim_no: str) -> bytes:
        """一单清的 PDF，一页 A4。"""
        return self._retried(
            lambda: self._send("GET", f"/claims/{claim_no}/statement/", params={"format": "pdf"})
        ).content

    def reconcile_totals(self, first_day: str, last_day: str, totals: Sequence[Body]) -> Body:
        """总额对账：逐就诊类型核对。"""
        body = {"first_day": first_day, "last_day": last_day, "totals": list(totals)}
        return self._ask("POST", "/reconciliation/totals/", json=body)

    def reconcile_details(self, first_day: str, last_day: str, lines: Sequence[Body]) -> Body:
        """明细对账：逐单据核对，并列出本机构没有列出的单据。"""
        body = {"first_day": first_day, "last_day": last_day, "lines": list(lines)}
        return self._ask("POST", "/reconciliation/details/", json=body)

    def _ask(self, method: str, path: str, **options: Any) -> Body:
        """查询，或重发无害的请求。"""
        answer: Body = self._retried(lambda: self._send(method, path, **options)).json()
        return answer

    def _surely(self, send: Callable[[], httpx.Response], *, message_id: str) -> Body:
        """记账的请求：不知道结果时先查消息号，404 表示没有生效，才重发。"""

        def find_or_send() -> httpx.Response:
            try:
                return self._send("GET", f"/messages/{message_id}/")
            except ProblemError as problem:
                if problem.status != 404:
                    raise
            return send()

        answer: Body = self._retried(send, again=find_or_send).json()
        # 消息查询的答复把单据放在 claim 里。
        found: Body = answer.get("claim", answer)
        return found

    def _retried(
        self, first: Callable[[], httpx.Response], *, again: Callable[[], httpx.Response] | None = None
    ) -> httpx.Response:
        """做一次；没有明确的答复时等一等再做 ``again``。"""
        act, pause_seconds = first, self._pause_seconds
        for _ in range(self._tries):
            wait_seconds = pause_seconds
            try:
                return act()
            except httpx.TransportError:
                pass
            except ProblemError as problem:
                if problem.status not in UNKNOWN | BUSY:
                    raise
                wait_seconds = max(pause_seconds, float(problem.body.get("retry_after", 0)))
            time.sleep(wait_seconds)
            pause_seconds = min(10.0, pause_seconds * 2)
            act = again or first
        raise OutcomeUnknownError(f"尝试 {self._tries} 次仍没有答复，请稍后用同一单据号再试。")

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """发送一次；拒绝变成 ``ProblemError``。"""
        answer = self._http.request(method, path, **options)
        if answer.status_code < 300:
            return answer
        is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
        body: Body = answer.json() if is_problem else {}
        if "Retry-After" in answer.headers:
            body["retry_after"] = answer.headers["Retry-After"]
        raise ProblemError(answer.status_code, body)
