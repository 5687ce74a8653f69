"""What a reader typed: a question, a greeting, a wish for a summary, another language, a slip."""

import functools
import re
from collections.abc import Iterable
from typing import Literal

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from rapidfuzz.distance import OSA

from app.answer import AbstentionReason
from index.errors import FixInput
from index.models import common_words

MAX_CHARACTERS = 1000
Wish = Literal["summary", "names", "greeting", "question"]

GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|good (?:morning|evening|afternoon)|thanks?(?: you)?|thank you|ok(?:ay)?|bye|"
    r"test|how are you|who are you|help)(?: there| so much| a lot| very much)?[\s!.?]*",
    re.IGNORECASE,
)  # fmt: skip
SUMMARY = re.compile(
    r"(?:please |can you |could you )*(?:summari[sz]e|sum up|summary|tl;?dr|key (?:points|facts|takeaways)|"
    r"main (?:points|idea)|give me (?:a|the) (?:summary|gist|overview)|the gist|overview|"
    r"what(?:['’]s| is) (?:this|it|the)(?: (?:article|story|piece))? about|what happened)"
    r"(?: (?:this|it|the|of|for|me|please|article|story|piece|text))*[\s.?!]*",
    re.IGNORECASE,
)  # fmt: skip
NAMES = re.compile(
    r"(?:who (?:is|are|was|were|all is|else is) (?:mentioned|named|in (?:this|the|it))|(?:which|what) "
    r"(?:people|names|persons)|list (?:the |all )?(?:people|names)|who(?:['’]s| is) who)"
    r"(?: (?:are|is|mentioned|named|in|this|the|it|here|article|story|piece))*[\s.?!]*",
    re.IGNORECASE,
)  # fmt: skip
ENGLISH = frozenset(
    ["the", "a", "an", "is", "are", "was", "were", "be", "been", "do", "does", "did", "has", "have", "had", "what", "who", "whom", "whose", "when", "where", "why", "how", "which", "will", "would", "can", "could", "should", "of", "in", "on", "at", "to", "for", "from", "by", "with", "about", "and", "or", "but", "not", "he", "she", "it", "they", "we", "you", "i", "his", "her", "its", "their", "this", "that", "there", "any", "much", "many", "money"]
)  # fmt: skip
# Words that hold a sentence together, those that English has too left out.
FUNCTION_WORDS = {
    "de": frozenset(["wer", "wann", "wo", "warum", "wieso", "weshalb", "wie", "welche", "welcher", "welches", "wem", "wen", "der", "das", "dem", "den", "und", "ist", "sind", "hatte", "haben", "wurde", "wird", "über", "von", "mit", "für", "ein", "eine", "einen", "nicht", "sich", "zu", "bei", "nach", "geht", "es", "sagte", "gab", "gibt"]),
    "es": frozenset(["quién", "quien", "quiénes", "cuándo", "cuando", "dónde", "donde", "qué", "cuánto", "cuanto", "cuánta", "cuántos", "cuál", "cuáles", "cómo", "porqué", "por", "el", "la", "los", "las", "una", "del", "es", "está", "fue", "son", "se", "dijo", "sobre", "este", "esta", "hay", "y", "su"]),
    "fr": frozenset(["qui", "quand", "où", "pourquoi", "comment", "combien", "quel", "quelle", "quels", "quelles", "est-ce", "le", "la", "les", "une", "des", "du", "et", "est", "sont", "été", "dans", "sur", "avec", "pour", "cet", "cette", "ce", "qu", "c'est", "a-t-il", "parle", "dit", "il", "elle", "au", "aux"]),
    "it": frozenset(["chi", "quando", "dove", "perché", "perche", "quanto", "quanta", "quale", "quali", "cosa", "il", "lo", "gli", "della", "del", "è", "sono", "stato", "stata", "che", "ha", "di", "con", "nel", "questo", "questa"]),
    "pt": frozenset(["quem", "quando", "onde", "porquê", "quanto", "quanta", "qual", "quais", "como", "o", "os", "um", "uma", "do", "da", "foi", "é", "são", "que", "não", "em", "para", "sobre", "este", "esta", "por"]),
    "nl": frozenset(["wie", "wanneer", "waar", "waarom", "hoe", "hoeveel", "welke", "het", "een", "de", "van", "werd", "wordt", "zijn", "heeft", "en", "niet", "met", "voor", "op", "over", "dit", "deze"]),
}  # fmt: skip
OTHER_LANGUAGES = "en de es fr ar it pt nl ru pl tr zh ja ko uk sv da no fi cs el he hi ro hu"
LEAST_WORDS_TO_TELL = 4
NOT_LATIN = re.compile(r"[\u0370-\u1dff\u2e80-\ud7ff\uf900-\ufdff]")
NAME_PARTICLE = re.compile(
    r"\b(?:[A-ZÀ-Þ][^\W\d_]*|de|da|do|del|della|du|la|le|van|von|der|den)(?= [A-ZÀ-Þ])"
)
MIN_CORRECTED_LENGTH = 4
# From this length on two slips still leave a name recognisable (DECISIONS.md).
LONG_NAME = 8
# Peterson and Petersen, Ivanov and Ivanova, Mario and Maria are different people.
NAME_ENDING = re.compile(r"(?:sen|son|ska|ski|sky|ova|ov|eva|ev|ich|ic|a|o)$")


def checked(question: str) -> str:
    """Return the question on one line; raises `FixInput` where it is empty or too long."""
    text = " ".join("".join(c for c in question if c.isprintable() or c.isspace()).split())
    if not text:
        raise FixInput("The question is empty: type what you would like to know.")
    if len(text) > MAX_CHARACTERS:
        raise FixInput(f"The question is too long: {MAX_CHARACTERS:,} characters at most.")
    return text


def wish_of(question: str) -> Wish:
    """Return what kind of thing a reader typed."""
    if GREETING.fullmatch(question) or not any(c.isalnum() for c in question):
        return "greeting"
    if SUMMARY.fullmatch(question):
        return "summary"
    return "names" if NAMES.fullmatch(question) else "question"


def language_of(question: str, known_words: Iterable[str]) -> str:
    """Return the language's code; English unless the words speak clearly against it.

    `known_words` are the article's lower-cased words, which say nothing: names are in every language.
    """
    if NOT_LATIN.search(question):
        return guessed(question)
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", question.lower().replace("’", "'"))
    # Before a capital such a word may belong to a name: "Rio de Janeiro", "Los Angeles fires".
    plain = NAME_PARTICLE.sub("", question).lower().replace("’", "'")
    spoken = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", plain)
    telling = {code: sum(w in own for w in spoken) for code, own in FUNCTION_WORDS.items()}
    english = sum(word in ENGLISH for word in words)
    code, count = max(telling.items(), key=lambda pair: pair[1])
    if count > english:
        return code if list(telling.values()).count(count) == 1 else guessed(question)
    known = set(known_words) | ENGLISH
    if len(words) < LEAST_WORDS_TO_TELL or english * 4 >= len(words):
        return "en"
    return "en" if sum(word in known for word in words) * 2 > len(words) else guessed(question)


def guessed(question: str) -> str:
    """Return the most likely of the world's larger languages."""
    return str(identifier().classify(question)[0])


@functools.cache
def identifier() -> LanguageIdentifier:
    """Return the classifier, which takes 0.4 s to load."""
    loaded = LanguageIdentifier.from_model_file(MODEL_FILE)
    loaded.set_languages(OTHER_LANGUAGES.split())
    return loaded


def corrected(question: str, names: Iterable[str], words: Iterable[str]) -> str:
    """Return the question with misspelt names of the article put right.

    `names` are the article's proper nouns, `words` all of its words, lower-cased. A word that the
    article has is left as it is, and so is what names somebody else: a common word or name.
    """
    known = set(words)
    spellings = {name.lower(): name for name in sorted(names) if len(name) >= MIN_CORRECTED_LENGTH}

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        bare = re.sub(r"['’]s$", "", word.lower())
        if len(bare) < MIN_CORRECTED_LENGTH or bare in known or bare in common_words():
            return word
        meant = nearest(bare, spellings)
        return word if meant is None else spellings[meant] + word[len(bare) :]

    return re.sub(r"[^\W\d_]+(?:['’]s)?", mend, question)


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the one name that a word can be a slip of; None without any, or with two as near."""
    near: dict[int, list[str]] = {}
    for name in names:
        allowed = 2 if min(len(word), len(name)) >= LONG_NAME else 1
        edits = OSA.distance(word, name, score_cutoff=allowed)
        if edits <= allowed and word[0] == name[0] and not differ_by_ending(word, name):
            near.setdefault(edits, []).append(name)
    closest = near[min(near)] if near else []
    return closest[0] if len(closest) == 1 else None


def differ_by_ending(one: str, other: str) -> bool:
    """Return whether two names differ only by an ending that makes another name of a name."""
    return one != other and NAME_ENDING.sub("", one) == NAME_ENDING.sub("", other)


REASON_TEXT: dict[AbstentionReason, str] = {
    "not_in_article": "The article doesn’t say.",
    "not_a_question": "Ask me something about this article; I answer with sentences from it.",
    "language": "Please ask in English: this assistant answers only English questions.",
    "unsafe": "This is not something the assistant answers.",
}
LANGUAGE_TEXT = {
    "de": "Bitte fragen Sie auf Englisch: Artikel und Antworten sind nur auf Englisch.",
    "es": "Pregunte en inglés, por favor: los artículos y las respuestas están solo en inglés.",
    "fr": "Posez votre question en anglais, s’il vous plaît : articles et réponses sont en anglais.",
    "ar": "يُرجى طرح السؤال بالإنجليزية: المقالات والإجابات متاحة بالإنجليزية فقط.",
}


ARCHIVE_TEXT: dict[AbstentionReason, str] = {
    "not_in_article": "None of the articles says so.",
    "not_a_question": "Ask me something that the articles may tell; for a summary or the names, choose one of them.",
}


def abstention_text(reason: AbstentionReason, language: str = "en", archive: bool = False) -> str:
    """Return what an abstention says, in the question's language where it is one of the widget's."""
    if reason == "language":
        return LANGUAGE_TEXT.get(language, REASON_TEXT[reason])
    return ARCHIVE_TEXT.get(reason, REASON_TEXT[reason]) if archive else REASON_TEXT[reason]
