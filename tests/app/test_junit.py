from xml.etree import ElementTree

from app.answering import Assistant
from app.evaluation import judge
from app.gates import Requirement
from app.junit import junit_xml
from app.question_set import Question


def test_what_is_not_right_is_a_failure(assistant: Assistant) -> None:
    answer = assistant.ask("hi").to_json()
    asked = (Question("1", "hi\x00 <there>\u00a0you", False), Question("2", "who?", True))
    results = [judge(q, answer, assistant.article(None), assistant.language) for q in asked]
    required = [Requirement.parse("citation_hit>=0.9"), Requirement.parse("mrr>=0")]
    xml = junit_xml("set", results, required, ["citation_hit>=0.9 is not met: 0.1 on 2 values"])
    (suite,) = ElementTree.fromstring(xml)
    assert (suite.get("tests"), suite.get("failures")) == ("4", "2")
    assert suite[0].get("name") == "1: hi <there>\u00a0you"
    assert [case.find("failure") is not None for case in suite] == [False, True, False, True]
