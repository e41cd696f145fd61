"""The endpoints by which payloads come in, and those that say how channels and people are served."""

from tests.api.endpoints.case import Call, Case, Not, wrong
from tests.api.endpoints.company import NO_INPUT, OWN, SALES

_PUBLIC = "the form is open to anyone"
_FILLED = {"name": "Li Lei", "phone": "{phone}"}

INTAKE = (
    Case(
        "POST /intake/{channel}",
        refused="a channel's key is its own right",
        call=Call(json={"phone": "{phone}"}, headers={"Closeloop-Intake-Key": "demo-website"}),
        status=201,
        anyone=True,
        wrong=wrong("phone", json={"phone": "no number"}),
    ),
    Case("GET /intake/{channel}/form", refused=_PUBLIC, anyone=True, wrong=NO_INPUT),
    Case("GET /intake/{channel}/form/challenge", refused=_PUBLIC, anyone=True, wrong=NO_INPUT),
    Case("GET /intake/{channel}/embed.js", refused=_PUBLIC, anyone=True, wrong=NO_INPUT),
    Case(
        "GET /intake/assets/{name}",
        refused=_PUBLIC,
        call=Call(path={"name": "form.css"}),
        anyone=True,
        named="files of the server, the same for everybody",
        wrong=wrong("name", path={"name": "app.py"}),
    ),
    Case(
        "POST /intake/{channel}/form",
        refused=_PUBLIC,
        call=Call(json={**_FILLED, "captcha": "{proof}"}),
        status=201,
        anyone=True,
        wrong=wrong("phone", json={**_FILLED, "phone": "no number"}),
    ),
    Case(
        "POST /definitions/channel/{key}/test",
        refused=SALES,
        call=Call(path={"key": "website"}, json={"payload": {"phone": "{phone}"}}),
        elsewhere=(Not(404, path={"key": "expo"}),),
        wrong=wrong("payload", json={"payload": "x"}),
    ),
    Case(
        "POST /channels/{channel}/secret",
        refused=SALES,
        status=201,
        wrong=wrong("secret", json={"secret": "short"}),
    ),
    Case("GET /me/notifications/preferences", refused=OWN, elsewhere=OWN, wrong=NO_INPUT),
    Case(
        "PUT /me/notifications/preferences",
        refused=OWN,
        call=Call(json={"digest_at": "17:30"}),
        elsewhere=OWN,
        wrong=wrong("digest_at", json={"digest_at": "noon"}),
    ),
    Case(
        "POST /me/notifications/test",
        refused=OWN,
        call=Call(json={"channel": "email"}),
        elsewhere=OWN,
        wrong=wrong("channel", json={"channel": "pigeon"}),
    ),
)
