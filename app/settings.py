"""Settings of the application, on top of the index's."""

from index.settings import IndexSettings


class AppSettings(IndexSettings):
    """Settings of the chat and the answers; each field is `FOOTNOTE_` and its name in capitals."""

    feedback_days: int = 90
