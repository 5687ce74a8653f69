"""Does a sentence say yes where its source says no, up where it says down, or swap who did it to whom?

What is found is a doubt and no proof: a paraphrase may turn both the word and the sentence round. A doubt asks the
verifier for more (`app/checking.py`).
"""

import re

from index.clauses import Clause
from index.language import Language

OPPOSITES = (
    ("before", "after"), ("more", "less"), ("more", "fewer"), ("rose", "fell"), ("first", "last"),
    ("increased", "decreased"), ("increase", "decrease"), ("higher", "lower"), ("won", "lost"), ("bought", "sold"),
    ("over", "under"), ("above", "below"), ("most", "few"), ("never", "always"), ("earlier", "later"),
    ("largest", "smallest"), ("best", "worst"), ("accepted", "rejected"), ("agreed", "refused"), ("approved", "rejected"),
    ("began", "ended"), ("opened", "closed"), ("gained", "lost"), ("up", "down"), ("cheaper", "dearer"),
    ("older", "younger"), ("longer", "shorter"), ("majority", "minority"), ("supported", "opposed"), ("backed", "opposed"),
    ("praised", "criticised"), ("succeeded", "failed"), ("at least", "at most"), ("with", "without"),
    ("because", "although"), ("despite", "because of"),
)  # fmt: skip
# Verbs that stand with anything tell nothing by their negation.
COMMON = frozenset(["be", "have", "do", "say", "go", "get", "take", "see", "make"])
SPEECH = frozenset(
    ["say", "tell", "ask", "write", "reply", "add", "answer", "argue", "claim", "call", "describe", "insist", "explain",
     "warn", "admit", "concede", "promise", "note", "recall", "joke", "declare", "announce", "complain", "suggest"]
)  # fmt: skip
QUOTED = re.compile(r"[“\"][^”\"]+[”\"]")


def doubts(sentence: str, cited: str, language: Language) -> list[str]:
    """Return in words what may be turned round in a sentence, nothing where nothing seems so."""
    said, there = language.clauses(sentence), language.clauses(cited)
    found = [f"“{verb}” is denied in one of both" for verb in denied_otherwise(said, there)]
    found += [
        f"who did it to whom (“{verb}”) is the other way round" for verb in swapped(said, there)
    ]
    if QUOTED.search(sentence) and is_said_by_another(said, there, cited):
        found.append("somebody else may have said it")
    return found + [
        f"“{word}” where the passage has the opposite" for word in turned(sentence, cited)
    ]


def denied_otherwise(said: list[Clause], there: list[Clause]) -> list[str]:
    """Return the verbs that the sentence denies and the source never does, or the other way round."""
    return [
        clause.verb
        for clause in said
        if clause.verb not in COMMON
        and (same := [other for other in there if other.verb == clause.verb])
        and all(other.denied != clause.denied for other in same)
    ]


def swapped(said: list[Clause], there: list[Clause]) -> list[str]:
    """Return the verbs whose subject is the source's object or whose object its subject."""
    return [
        clause.verb
        for clause in said
        if any(
            other.verb == clause.verb
            and (clause.subjects & other.objects or clause.objects & other.subjects)
            and not (clause.subjects & other.subjects or clause.objects & other.objects)
            for other in there
        )
    ]


def is_said_by_another(said: list[Clause], there: list[Clause], cited: str) -> bool:
    """Return whether the source names other speakers, and the sentence's stand in it all the same."""
    speakers = {name for clause in said if clause.verb in SPEECH for name in clause.subjects}
    others = {name for clause in there if clause.verb in SPEECH for name in clause.subjects}
    return bool(
        others and not speakers & others and any(name in cited.lower() for name in speakers)
    )


def turned(sentence: str, cited: str) -> list[str]:
    """Return the words of a sentence whose opposites stand in the source without them."""
    said, there = (set(re.findall(r"[a-z]+", text.lower())) for text in (sentence, cited))
    return [
        word
        for pair in OPPOSITES
        for word, opposite in (pair, pair[::-1])
        if word in said - there and opposite in there - said
    ]
