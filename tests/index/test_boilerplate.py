import pytest

from index.boilerplate import is_prompt


@pytest.mark.parametrize(
    "line",
    [
        "A message from the Editor:", "Support the Post and become a subscriber today.", "Takeaways by Paper AI",
        "These days we rely more than ever on you, our readers, to keep us going.", "Quick Summary", "Newsletter Sign-up", "Read or Share this story: http://paper.example/1",
        "An artificial-intelligence tool created this summary, which an editor checked.",
        "To join the conversation, please log in. Don’t have an account? Register",
        "Join the conversation, you are commenting as Logout", "Sign up to our daily newsletter", "Log in",
        "READ MORE: Ministers resign", "Read more: Ministers resign", "Advertisement", "View comments (23)", "12 comments",
        "Already a subscriber? Log in", "We use cookies to improve your experience.", "© 2024 The Paper", "Follow us on X",
        "Get the day’s stories in your inbox every morning. Sign up here", "This article is for subscribers only.",
        "You have 2 free articles left this month.", "Related stories", "Story continues below advertisement", "Leave a reply",
        "Share this article", "Skip to content", "By signing up you agree to our terms.", "Most read in Sport", "Newsletter",
        "\"Questions? Comments? Email us at", "Subscribe:", "Add us on Facebook!", "Further reading", "To hear past episodes, go here: radio.example/all",
        "You can also hear the podcast on iTunes and on our own page.", "Ana Ruiz can be reached at ana@paper.example.",
        "Contact Ana Ruiz at 715-555-0148 or ana@paper.example.", "Table of Contents", "More Videos ...", "The siege of the hot tub in pictures",
        "Our Standards: The Charter of Independence", "Copyright 2021 Radio Ferrow. To see more, visit Radio Ferrow.",
        "Have you seen the seal? Email the desk at news@paper.example", "Follow the Post on WhatsApp and Google News for more.",
        "Verge Video: The boat that sails alone", "By Tom Weir Follow @tomweir",
        "Subscribe free to our newsletter. Direct to your inbox.", "Have you heard our new podcast?", "You can now listen to our articles!",
        "To stay on top of Europe, sign up to Café Continental, our weekly newsletter.", "Read “The end of the demo” in our archive.", "Before you buy stock in Acme, consider this:", "AI summary", "What you need to know:",
        "Stay ahead of the curve! Follow The Clarion on WhatsApp for updates.", "End of Article", "Start a conversation",
        "Do you work in the port? We’d like to hear from you. Contact us securely on Signal.", "RECOMMENDED READING:", "Contact the writer: ana@paper.example, 402-555-0119. On Twitter @ana.",
        "The Bee’s water coverage is supported by readers and by a grant. Click here to contribute.",
        "Are you affected by this story? Share your experiences by emailing news@paper.example.",
        "Some of the links on this page are affiliate links.", "If you buy through our links, we may earn a small commission.",
    ],
)  # fmt: skip
def test_what_a_page_asks_of_its_reader_is_a_prompt(line: str) -> None:
    assert is_prompt(line)


@pytest.mark.parametrize(
    "line",
    [
        "The paper lost 2,000 subscribers last year, and most of them never came back.",
        "An artificial intelligence tool created the summary of evidence that misled the court.",
        "Support the beam with a jack, he told the crew, and become a little wiser.",
        "Comments from the minister were not available.", "Readers had posted comments.", "Share prices fell on Monday.",
        "Subscribers to the gas network will pay $US4 more from July.", "Related charges were dropped in May.",
        "More than 300 people follow the group online.", "He will register the company in Ireland.", "Follow the money",
        "Print is not dead, said the editor.", "Newsletters made the company rich.", "Most read nothing into it.",
        "“Sign up to our newsletter,” the poster said, and nobody did.", "Watch the skies, said the astronomer.",
        "By signing up early, the villages kept their grants.", "Support our troops, said the banner.",
        "Sponsored events brought in a third of the club’s money.", "Register of interests", "To read this letter today is to be moved.",
        "He was told to log in every hour and to subscribe to nothing.", "Copyright law was passed in 1976.",
        "Families can register for the grant until Friday.", "To get the seeds, farmers had to go to the capital",
        "Contact with the village was lost at noon.", "She kept the whole war in photos, and burnt them.", "Copyright expires after 70 years.",
        "A leaked video: nobody would say who had filmed it.", "The village can be reached by boat at six.", "For years she had to go to the well.",
        "Read “Ulysses” to them, the judge said.", "Before you buy a boat, the harbour master says, look at its keel.", "You can now follow the path from Kell to the sea.", "Scientists have just identified what they believe to be the oldest whale.", "The fund’s total average return is 5% a year.", "Police follow Acme on WhatsApp and by car.", "What you need to know about whelks", "Ruiz signed up to be a fireman.", "Start a conversation with a stranger, he says.",
        "The new line is supported by a grant from the state.", "The writer could not be reached.", "Recommended reading ages differ.",
        "The broker said that “we earn a commission on every sale”.", "The affiliate links up with two other stations.",
    ],
)  # fmt: skip
def test_news_about_such_things_is_none(line: str) -> None:
    assert not is_prompt(line)
