"""The whole site over real HTTP on loopback, without the chat."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from app.answering import Assistant
from app.connection import BoundedConnection
from app.desk import Desk
from app.feedback import FeedbackLog
from app.limits import Limits
from app.metrics import Metrics
from app.port import listening
from app.serving import create_site, server_of
from app.settings import AppSettings

DEADLINE_S = 20.0


@contextmanager
def serving(
    site: ASGIApp, connection: type[BoundedConnection] = BoundedConnection
) -> Iterator[str]:
    """Serve a site in a thread; yields its address."""
    bound = listening("127.0.0.1", 0)
    server = server_of(site, connection)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join(DEADLINE_S)
    assert not thread.is_alive()


def site_of(assistant: Assistant, folder: Path, **settings: Any) -> ASGIApp:
    """Return the site over an assistant, with settings as the environment would give them."""
    given = AppSettings(data_dir=folder, **settings)
    desk = Desk(
        assistant, Limits(given.limits_url, given.reader_limit, given.article_limit), Metrics(),
        at_once=given.answers_at_once, waiting=given.answers_waiting,
        timeout_s=given.answer_timeout_s,
    )  # fmt: skip
    return create_site(desk, FeedbackLog(folder, given.feedback_days), given)


def wait_until(holds: Any) -> None:
    """Return when something has become true; fails after a while."""
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
