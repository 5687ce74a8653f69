"""Settings of the application, on top of the index's."""

from pydantic import Field

from index.settings import IndexSettings


class AppSettings(IndexSettings):
    """Settings of the chat and the answers; each field is `FOOTNOTE_` and its name in capitals."""

    # A hundred years; there are no dates to go back to beyond that.
    feedback_days: int = Field(default=90, ge=0, le=36_500)
