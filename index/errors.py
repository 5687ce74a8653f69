"""What can go wrong, named for what the person who reads the message has to do.

FootnoteError
├── FixInput      the file, id or question is not one that can be used
├── FixSettings   a setting, folder or port is not one that can be used
├── RebuildIndex  what is stored does not fit this program or is damaged
└── TryAgain      another writer is at work, or the Chroma server is away
"""


class FootnoteError(Exception):
    """An error whose message is one clear line that says what to do; exit code 2."""


class FixInput(FootnoteError):
    """The source, article id, question or question set has to be changed."""


class FixSettings(FootnoteError):
    """A `FOOTNOTE_*` setting, a folder's permissions or a port has to be changed."""


class RebuildIndex(FootnoteError):
    """The index has to be rebuilt or verified before it can be used."""


class TryAgain(FootnoteError):
    """Somebody else is writing, or a server is away; the same call works once that is over."""
