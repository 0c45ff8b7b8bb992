"""What every answer says that Django does not know: this site uses no sensor, camera, or payment of a browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from dashboard_project.assets import Application, Receive, Scope, Send

SWITCHED_OFF = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "idle-detection", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = (b"permissions-policy", ", ".join(f"{feature}=()" for feature in SWITCHED_OFF).encode())


class Headers:
    """Around everything that answers over HTTP: pages, files and errors alike, without a thread."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def saying(message: Mapping[str, object]) -> None:
            if message["type"] == "http.response.start":
                headers = cast("Iterable[tuple[bytes, bytes]]", message.get("headers", ()))
                message = {**message, "headers": [*headers, PERMISSIONS]}
            await send(message)

        await self._application(scope, receive, saying)
