"""A run as JUnit XML, which CI systems read: a test case a question and a requirement."""

from collections.abc import Sequence
from xml.etree import ElementTree

from app.evaluation import Result
from app.gates import Requirement


def junit_xml(
    name: str, results: Sequence[Result], required: Sequence[Requirement], unmet: Sequence[str]
) -> str:
    """Return the XML; a question that is not right and a requirement that is not met are failures."""
    failures = sum(result.diagnosis != "right" for result in results) + len(unmet)
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        root, "testsuite", name=name, tests=str(len(results) + len(required)), failures=str(failures),
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
    for each in required:
        case = ElementTree.SubElement(suite, "testcase", classname="require", name=str(each))
        for line in unmet:
            if line.startswith(f"{each} "):
                ElementTree.SubElement(case, "failure", message=line)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode", xml_declaration=True)
    return "".join(c for c in text if c.isprintable() or c in "\n\t")
