"""A run as JUnit XML, which CI systems read: a test case a question and a requirement."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from app.evaluation import Result
from app.gates import Requirement

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(
    name: str, results: Sequence[Result], required: Sequence[Requirement], unmet: Sequence[str]
) -> str:
    """Return the XML; a question that is not right and a requirement that is not met are failures."""
    failures = sum(result.diagnosis != "right" for result in results) + len(unmet)
    met = [str(each) for each in required if not any(u.startswith(f"{each} ") for u in unmet)]
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        root, "testsuite", name=name, tests=str(len(results) + len(met) + len(unmet)), failures=str(failures),
        errors="0", skipped="0",
    )  # fmt: skip
    for result in results:
        seconds = f"{result.answer['timings_ms']['total'] / 1000:.3f}"
        case = ElementTree.SubElement(
            suite, "testcase", classname=result.question.type or "question",
            name=f"{result.question.id}: {result.question.question}", time=seconds,
        )  # fmt: skip
        if result.diagnosis != "right":
            failure = ElementTree.SubElement(case, "failure", message=result.diagnosis)
            failure.text = result.answer["answer"]
    for each in met:
        ElementTree.SubElement(suite, "testcase", classname="require", name=each)
    for line in unmet:
        case = ElementTree.SubElement(suite, "testcase", classname="require", name=line)
        ElementTree.SubElement(case, "failure", message=line)
    ElementTree.indent(root)
    return NOT_IN_XML.sub("", ElementTree.tostring(root, encoding="unicode", xml_declaration=True))
