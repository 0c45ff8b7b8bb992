"""`python -m bench.floors.consumer`: a Channels consumer that accepts and hears, and nothing else, under uvicorn."""

from __future__ import annotations

import json

import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

from dashboard_project import serving


class Bare(AsyncWebsocketConsumer):  # type: ignore[misc]
    channel_layer_alias = "unused"

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """What comes is heard."""


def main() -> None:
    # Django is loaded as it is with us: what is compared is the socket.
    pages = get_asgi_application()
    sockets = URLRouter([re_path("", Bare.as_asgi())])
    application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
    listener = serving.listen("127.0.0.1", 0)
    print(json.dumps({"address": f"http://127.0.0.1:{listener.getsockname()[1]}/"}), flush=True)
    config = uvicorn.Config(application, lifespan="off", access_log=False, log_config=None, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
