"""Sends an app in Python that reads no base address to the one in SLACK_API_URL: put this folder into PYTHONPATH."""

import contextlib
import functools
import os

_URL = os.environ.get("SLACK_API_URL")

if _URL:
    # The asynchronous client needs aiohttp, which an app without it does not have.
    with contextlib.suppress(ImportError):
        from slack_sdk.web.client import WebClient

        WebClient.__init__ = functools.partialmethod(WebClient.__init__, base_url=_URL)  # type: ignore[method-assign,assignment]
    with contextlib.suppress(ImportError):
        from slack_sdk.web.async_client import AsyncWebClient

        AsyncWebClient.__init__ = functools.partialmethod(AsyncWebClient.__init__, base_url=_URL)  # type: ignore[method-assign,assignment]
