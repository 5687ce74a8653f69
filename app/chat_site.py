"""How the web chat is served: alone for one user, or beside the API."""

from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from app.chat import Chat
from app.headers import SecurityHeaders
from app.joining import Joining
from app.port import listening

CSS = Path(__file__).with_name("chat.css")
SYSTEM_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
SYSTEM_MONO = ["ui-monospace", "Menlo", "Consolas", "monospace"]


def serve_chat(chat: Chat, host: str, port: int) -> None:
    """Serve the page until it is stopped.

    Raises `FixSettings` where the port is in use.
    """
    listening(host, port).close()
    chat.blocks.queue(default_concurrency_limit=2).launch(
        server_name=host, server_port=port, quiet=True, show_error=True, footer_links=[],
        head=style(), run_history=False, theme=theme(), ssr_mode=False, pwa=False,
        mcp_server=False, enable_monitoring=False, prevent_thread_lock=True,
        app_kwargs={"middleware": [Middleware(SecurityHeaders)]},
    )  # fmt: skip
    print(f"Footnote is at http://{host}:{port}", flush=True)
    chat.blocks.block_thread()


def mounted(chat: Chat, at_once: int, waiting: int, root_path: str) -> ASGIApp:
    """Return the page as an application of its own, to be served with others."""
    chat.blocks.queue(default_concurrency_limit=at_once, max_size=waiting)
    app = FastAPI(openapi_url=None)
    gr.mount_gradio_app(
        app, chat.blocks, "/", root_path=root_path or None, footer_links=[],
        run_history=False, head=style(), theme=theme(), show_error=False, ssr_mode=False, pwa=False,
        mcp_server=False, enable_monitoring=False, max_file_size=0,
    )  # fmt: skip
    return Joining(app, chat.blocks.fns)


def style() -> str:
    """Return the stylesheet as it stands in the page's head.

    Gradio puts its own selectors before those of its `css`, which `body:has()` does not survive.
    """
    return f"<style>{CSS.read_text('utf-8')}</style>"


def theme() -> gr.themes.Base:
    """Return plain looks in the system's own fonts, which no browser has to fetch."""
    return gr.themes.Base(font=SYSTEM_SANS, font_mono=SYSTEM_MONO, primary_hue="neutral")
