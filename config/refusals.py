"""What no view answers (视图之外的拒绝): problem+json below ``/api/``, a Chinese page elsewhere."""

from collections.abc import Callable
from urllib.parse import unquote

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from settlement.api.problems import CONTENT_TYPE, DEFECT, Problem

Answer = Callable[[HttpRequest], HttpResponseBase]


@csrf_exempt
def unknown_api_url(request: HttpRequest) -> HttpResponseBase:
    """Below ``/api/`` nothing is redirected: a POST without its final slash would arrive as a GET."""
    return _problem(404, "not_found", "没有这个网址，请对照接口文档核对；网址以 / 结尾。")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """A request that Django refuses, such as one with another host's name."""
    if not _asks_api(request):
        return defaults.bad_request(request, exception)
    return _problem(400, "bad_request", "无法读取请求，请核对请求头（如 Host）后重发。")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """A defect; the log has it."""
    if not _asks_api(request):
        return defaults.server_error(request)
    return _answer(DEFECT)


def length_required(get_response: Answer) -> Answer:
    """Middleware: a chunked body would be read as an empty one; say so instead of naming missing fields."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers and _asks_api(request):
            return _problem(
                411, "length_required", "不接受分块传输（chunked），请在请求头中给出 Content-Length。"
            )
        return get_response(request)

    return answer


def nul_refused(get_response: Answer) -> Answer:
    """Middleware: no filter, search or form means NUL, and PostgreSQL fails at it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "\0" in unquote(request.META.get("QUERY_STRING", "")) or _posts_nul(request):
            raise BadRequest("NUL in a query string or form")
        return get_response(request)

    return answer


def _posts_nul(request: HttpRequest) -> bool:
    # Hospitals send JSON, which its own reader checks.
    if request.method != "POST" or _asks_api(request):
        return False
    return any("\0" in value for values in request.POST.lists() for value in values[1])


def _asks_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _problem(status: int, code: str, detail: str) -> HttpResponseBase:
    return _answer(Problem(status=status, code=code, detail=detail))


class _ProblemResponse(JsonResponse):
    """A refusal that the call log knows by its code."""

    problem_code = ""


def _answer(problem: Problem) -> HttpResponseBase:
    response = _ProblemResponse(
        problem.body(),
        status=problem.status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response.problem_code = problem.code
    return response
