"""A log line is one JSON object that names its process and gives away no secret."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from psycopg.errors import UniqueViolation

from closeloop.base.errors import FieldError, Invalid, codes_of
from closeloop.base.logs import configure_logging


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_is_one_json_object_with_time_level_and_process(capsys: pytest.CaptureFixture[str]):
    configure_logging("info", "worker")
    structlog.stdlib.get_logger().info("clock.fired", record="r1")
    (line,) = lines(capsys)
    assert line.pop("timestamp")
    assert line == {"event": "clock.fired", "record": "r1", "level": "info", "process": "worker"}


def test_the_logs_of_libraries_take_the_same_form(capsys: pytest.CaptureFixture[str]):
    configure_logging("info", "web")
    logging.getLogger("a.library").warning("odd: %s", 7)
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["process"]) == ("odd: 7", "warning", "web")


def test_no_address_that_is_asked_is_told(capsys: pytest.CaptureFixture[str]):
    configure_logging("info", "worker")
    logging.getLogger("httpx").info("HTTP Request: GET https://example.com/hook?key=s3cret")
    assert lines(capsys) == []


def test_what_is_below_the_level_is_left_out(capsys: pytest.CaptureFixture[str]):
    configure_logging("warning", "web")
    structlog.stdlib.get_logger().info("quiet")
    logging.getLogger("a.library").info("quiet")
    assert lines(capsys) == []


def test_secrets_are_masked_and_tracebacks_tell_no_values(capsys: pytest.CaptureFixture[str]):
    configure_logging("info", "web")
    log = structlog.stdlib.get_logger()
    log.info("connected", password="hunter2", dsn="postgresql://u:hunter2@h/d")
    secret = "hunter" + "2"
    try:
        raise ValueError("bad" if secret else "")
    except ValueError:
        log.exception("failed")
    logged, failed = lines(capsys)
    assert "hunter2" not in json.dumps([logged, failed])
    assert "ValueError: bad" in str(failed["exception"])


def test_a_traceback_tells_no_value_that_the_database_or_an_error_of_ours_quotes(capsys: pytest.CaptureFixture[str]):
    configure_logging("info", "web")
    typed = str(139_0000_1111)
    try:
        try:
            raise UniqueViolation(f"duplicate key value: (phone)=({typed}) already exists")
        except UniqueViolation as error:
            raise Invalid(errors=[FieldError("phone", "taken", {"value": typed})]) from error
    except Invalid:
        structlog.stdlib.get_logger().exception("a command failed")
    (line,) = lines(capsys)
    told = str(line["exception"])
    assert typed not in told
    assert "psycopg.errors.UniqueViolation: 23505" in told
    assert "closeloop.base.errors.Invalid: invalid; phone: taken" in told
    assert told.count("in test_a_traceback_tells") == 2


def test_what_is_logged_of_an_error_is_its_codes():
    assert codes_of(Invalid(errors=[FieldError("phone", "bad", {"value": "13900001111"})])) == "invalid; phone: bad"
    assert codes_of(ValueError("13900001111")) == "ValueError"
