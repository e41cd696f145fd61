"""What an error answer must look like (RFC 9457), whatever went wrong."""

from typing import Any

import httpx


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that the answer is this problem, and return its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"urn:closeloop:{code}"
    assert body["title"] not in ("", code)
    assert body["detail"] not in ("", code)
    assert "Traceback" not in answer.text
    return body


def wrong_fields(answer: httpx.Response, code: str = "invalid") -> dict[str, str]:
    """Check that the answer refuses the input, and return the code of each field that is wrong."""
    body = problem(answer, 422, code)
    assert all(error["message"] not in ("", error["code"]) for error in body["errors"])
    return {error["field"]: error["code"] for error in body["errors"]}
