from index.language import Language


def test_a_passive_has_the_same_doer_as_its_active(language: Language) -> None:
    (active,) = language.clauses("The mayor sacked the treasurer.")
    passive = language.clauses("The treasurer was sacked by the mayor.")[0]
    assert (active.verb, active.subjects, active.objects) == (
        "sack",
        frozenset(["mayor"]),
        frozenset(["treasurer"]),
    )
    assert (passive.verb, passive.subjects, passive.objects) == (
        "sack",
        frozenset(["mayor"]),
        frozenset(["treasurer"]),
    )


def test_a_denial_is_known_in_every_form(language: Language) -> None:
    for text in (
        "She did not sign it.",
        "She never signed it.",
        "Nobody signed it.",
        "She failed to sign it.",
    ):
        assert next(c for c in language.clauses(text) if c.verb == "sign").denied, text
    assert not language.clauses("She signed it.")[0].denied
