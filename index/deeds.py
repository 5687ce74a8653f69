"""Plain sentences that say who did what, from which questions can be made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

MOST_SUBJECT_WORDS = 5
# "£31m." is one token.
ENDED_NUMBER = re.compile(r"(\d[a-z]{0,2})\.$")
OPENING_QUOTES = {"“", '"', "‘", "'"}
CLAUSE_ENDS = {",", ";", ":", ".", "!", "?", "–", "—", "”", "(", *OPENING_QUOTES}


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what in a plain sentence that opens with a name or "the ...": "Sheikh Tahnoun controls G42".

    `rest` is what follows the verb up to the end of its clause; `when` the date that the sentence opens with ("On May 5, ...").
    """

    subject: str
    is_person: bool
    verb: str
    lemma: str
    past: bool
    rest: str
    when: str
    sentence: str


def subject_of(verb: Token) -> Span | None:
    """Return a verb's subject if it is a name or "the" and few words, without what commas enclose behind it."""
    subjects = [token for token in verb.lefts if token.dep_ == "nsubj"]
    if len(subjects) != 1:
        return None
    (head,) = subjects
    whole = verb.doc[head.left_edge.i : head.right_edge.i + 1]
    aside = next((n for n, token in enumerate(whole) if token.text == ","), len(whole))
    core = whole[:aside]
    definite = head.pos_ == "NOUN" and core[0].lower_ == "the" and len(core) <= MOST_SUBJECT_WORDS
    if not (head.pos_ == "PROPN" or definite) or head.i >= core.end:
        return None
    follows = verb.doc[core.end : verb.i]
    closed = not len(follows) or (len(follows) > 1 and follows[-1].text == ",")
    plain = not any(token.is_punct or token.pos_ in {"VERB", "AUX"} for token in core)
    return core if closed and plain else None


def ends_clause(token: Token, verb: Token) -> bool:
    """Return whether a verb's own clause ends before a token: at punctuation, or where another verb joins it."""
    joins = token.dep_ == "cc" and token.head == verb
    return joins or token.text in CLAUSE_ENDS


def uncapitalised(text: str) -> str:
    """Return a text that began a sentence as it stands within one."""
    return text[:1].lower() + text[1:]


def deed_of(sentence: Span) -> Deed | None:
    """Return the deed of a sentence whose first words are a name or "the ..." and its verb, or a date before them."""
    verb = sentence.root
    subject = subject_of(verb)
    if verb.tag_ not in {"VBD", "VBZ"} or verb.pos_ != "VERB" or subject is None:
        return None
    lead = sentence.doc[sentence.start : subject.start]
    dates = [e.text for e in lead.ents if e.label_ == "DATE" and e.end >= lead.end - 1]
    if len(lead) and not dates:
        return None
    end = next((t.i for t in sentence if t.i > verb.i and ends_clause(t, verb)), sentence.end)
    if end < sentence.end and sentence.doc[end].text in OPENING_QUOTES:
        return None
    return Deed(
        subject=subject.text if subject[0].pos_ == "PROPN" else uncapitalised(subject.text),
        is_person=any(token.ent_type_ == "PERSON" for token in subject),
        verb=verb.text,
        lemma=verb.lemma_,
        past=verb.tag_ == "VBD",
        rest=ENDED_NUMBER.sub(r"\1", sentence.doc[verb.i + 1 : end].text),
        when=dates[0] if dates else "",
        sentence=sentence.text,
    )
