"""What a reader thinks of an answer: the thumbs under it, and a reason where one is given."""

from dataclasses import replace

import gradio as gr

from app.controls import THANKS, Controls, Updates, in_the_page
from app.feedback import Feedback, FeedbackLog, Verdict
from app.talk import Talk

KEPT = "<small>Thank you, it has been kept.</small>"


class Thumbs:
    """What happens on the thumbs and on the field for a reason."""

    def __init__(self, on: Controls, feedback: FeedbackLog) -> None:
        self._on = on
        self._feedback = feedback

    def away(self) -> Updates:
        """Put the thumbs away, and what came of them."""
        return {
            self._on.verdict: gr.update(visible=False),
            self._on.reason: gr.update(visible=False, value=""),
            self._on.thanks: gr.update(visible=False),
        }

    def approve(self, talk: Talk) -> Updates:
        """Keep a thumb up, and ask for a reason."""
        return self._judge("up", talk)

    def disapprove(self, talk: Talk) -> Updates:
        """Keep a thumb down, and ask for a reason."""
        return self._judge("down", talk)

    def _judge(self, verdict: Verdict, talk: Talk) -> Updates:
        if talk.answer is None:
            return self.away()
        given = Feedback.on(talk.answer, verdict)
        self._keep(given)
        asking = {self._on.reason: gr.update(visible=True, value="")}
        return {**self.away(), **asking, self._on.talk: replace(talk, verdict=given)}

    def explain(self, why: str, talk: Talk) -> Updates:
        """Keep the reason of the last verdict."""
        if talk.verdict is not None:
            self._keep(talk.verdict.because(why))
        thanks = gr.update(visible=True, value=KEPT if self._feedback.keeps else THANKS)
        return {**self.away(), self._on.thanks: thanks}

    def _keep(self, given: Feedback) -> None:
        with in_the_page():
            self._feedback.keep(given)
