"""Who does what in a text, and whether it is denied: the verbs with their subjects and objects, from spaCy's parse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

SUBJECTS, OBJECTS = {"nsubj", "csubj"}, {"dobj", "dative", "attr", "oprd"}
NEGATIVE = {"not", "n't", "n’t", "never", "no", "nobody", "nothing", "none", "neither", "nor", "without", "hardly", "barely"}  # fmt: skip
# Such a verb denies the one that hangs on it: "failed to win", "refused to sell".
DENYING = {"fail", "refuse", "decline", "deny", "stop", "cease", "avoid"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One verb by its lemma, with the words of its subjects and objects, lower-cased; a passive is turned round."""

    verb: str
    subjects: frozenset[str]
    objects: frozenset[str]
    denied: bool


def clauses(text: Doc | Span) -> Iterator[Clause]:
    """Yield the clauses of a parsed text."""
    for token in text:
        if token.pos_ == "VERB" or (
            token.pos_ == "AUX" and token.dep_ in {"ROOT", "ccomp", "conj", "relcl", "advcl"}
        ):
            yield clause(token)


def clause(verb: Token) -> Clause:
    """Return one verb's clause."""
    subjects = words_under(verb, SUBJECTS)
    objects = words_under(verb, OBJECTS)
    if not subjects and verb.dep_ == "conj":
        subjects = words_under(verb.head, SUBJECTS)
    if passive := words_under(verb, {"nsubjpass", "csubjpass"}):
        agents = frozenset(
            w for by in verb.children if by.dep_ == "agent" for w in words_under(by, {"pobj"})
        )
        subjects, objects = agents, passive
    return Clause(verb.lemma_.lower(), subjects, objects, is_denied(verb))


def words_under(head: Token, roles: set[str]) -> frozenset[str]:
    """Return the nouns and names that stand to a head in one of the roles, coordinated ones included."""
    found = [child for child in head.children if child.dep_ in roles]
    for child in list(found):
        found += child.conjuncts
    names = (
        w
        for child in found
        for w in [child, *(c for c in child.children if c.dep_ in {"compound", "flat"})]
    )
    return frozenset(w.lower_ for w in names if w.pos_ in {"NOUN", "PROPN", "NUM"})


def is_denied(verb: Token) -> bool:
    """Return whether a clause says that something is not so."""
    near = [
        verb,
        *verb.children,
        *(g for c in verb.children if c.dep_ in SUBJECTS | OBJECTS | {"prep"} for g in c.children),
    ]
    if any(token.lower_ in NEGATIVE for token in near):
        return True
    return verb.dep_ == "xcomp" and verb.head.lemma_.lower() in DENYING
