"""Health for whoever watches the installation: alive, ready, and the figures for Prometheus."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from closeloop.api.answers import Json
from closeloop.api.deps import HostOf
from closeloop.base.errors import Unavailable
from closeloop.base.figures import latest

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> Json:
    """Say that the process answers."""
    return Json({"status": "ok"})


@router.get("/readyz")
async def ready(host: HostOf) -> Json:
    """Say whether the installation can serve: the database answers and the first install is done."""
    companies = await host.companies()
    if not companies:
        raise Unavailable("not_installed")
    return Json({"status": "ready", "companies": len(companies)})


@router.get("/metrics")
async def figures() -> Response:
    """Return the installation's figures in Prometheus' text format."""
    return Response(latest(), media_type=CONTENT_TYPE_LATEST)
