"""Plain sentences that say who did what, from which questions can be made."""

from dataclasses import dataclass

from spacy.tokens import Span

CLAUSE_ENDS = {",", ";", ":", ".", "!", "?", "–", "—", "“", "”", '"', "("}


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what in a plain sentence that opens with a name: "Sheikh Tahnoun controls G42".

    `rest` is what follows the verb up to the first comma; `money` a sum that is the verb's object;
    `when` the date that the sentence opens with ("On May 5, ...").
    """

    subject: str
    is_person: bool
    verb: str
    lemma: str
    past: bool
    rest: str
    money: str
    when: str
    sentence: str


def deed_of(sentence: Span) -> Deed | None:
    """Return the deed of a sentence whose first words are a name and its verb, or a date before them."""
    verb = sentence.root
    subjects = [token for token in verb.lefts if token.dep_ == "nsubj" and token.pos_ == "PROPN"]
    if verb.tag_ not in {"VBD", "VBZ"} or verb.pos_ != "VERB" or len(subjects) != 1:
        return None
    name = sentence.doc[subjects[0].left_edge.i : subjects[0].right_edge.i + 1]
    lead = sentence.doc[sentence.start : name.start]
    dates = [e.text for e in lead.ents if e.label_ == "DATE"] if lead.text.endswith(",") else []
    if (len(lead) and not dates) or name.end != verb.i or any(t.is_punct for t in name):
        return None
    end = next(
        (t.i for t in sentence.doc[verb.i : sentence.end] if t.text in CLAUSE_ENDS), sentence.end
    )
    sums = [e for e in sentence.ents if e.label_ == "MONEY" and e.start <= verb.i + 2 < e.end + 2]
    return Deed(
        subject=name.text,
        is_person=any(token.ent_type_ == "PERSON" for token in name),
        verb=verb.text,
        lemma=verb.lemma_,
        past=verb.tag_ == "VBD",
        rest=sentence.doc[verb.i + 1 : end].text,
        money=sums[0].text if sums else "",
        when=dates[0] if dates else "",
        sentence=sentence.text,
    )
