import io
import zipfile
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from index.errors import FixInput
from index.ingest import read_article

PARAGRAPHS = [
    "The port of Kell was sold on Monday to a company that nobody in the town had heard of before the spring, and the "
    "price, $US40 million, was half of what the harbour board had asked for a year earlier. The board met for six hours.",
    "Its chair, Ann Lee, said afterwards that the long-term lease had been the only offer on the table and that the well-"
    "known alternatives had all been withdrawn by the end of February, one of them by telephone on a Sunday evening.",
    "Nobody objected in public. In private two members spoke of a mistake which the town would still be paying for when "
    "their grandchildren were old, and one of them wrote a letter that the board has not published to this day.",
]


class Paper(FPDF):
    def header(self) -> None:
        self.set_font("Helvetica", "", 8)
        self.cell(0, 8, "The Kell Evening Post", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.cell(0, 10, f"Page {self.page_no()}", align="C")


def pdf(path: Path, repeats: int = 1) -> Path:
    paper = Paper()
    paper.add_page()
    paper.set_font("Times", "B", 22)
    paper.multi_cell(0, 10, "Port deal done", new_x="LMARGIN", new_y="NEXT")
    for number, paragraph in enumerate(PARAGRAPHS * repeats):
        if number == 1:
            paper.set_font("Times", "B", 14)
            paper.multi_cell(0, 9, "The only offer", new_x="LMARGIN", new_y="NEXT")
        paper.set_font("Times", "", 11)
        paper.multi_cell(0, 5.5, paragraph, align="J", new_x="LMARGIN", new_y="NEXT")
        paper.ln(3)
    paper.output(str(path))
    return path


def test_a_pdf_gives_its_headline_headings_and_whole_paragraphs(tmp_path: Path) -> None:
    article = read_article(pdf(tmp_path / "port.pdf"))
    assert article.title == "Port deal done"
    assert article.text.split("\n") == PARAGRAPHS
    assert article.heading_at(article.text.index("Its chair")) == "The only offer"
    assert article.heading_at(0) == ""


def test_running_titles_and_page_numbers_are_no_text_and_paragraphs_go_on_over_a_page(
    tmp_path: Path,
) -> None:
    article = read_article(pdf(tmp_path / "port.pdf", repeats=14))
    assert "Evening Post" not in article.text
    assert "Page 2" not in article.text
    assert article.text.replace("\n", " ") == " ".join(PARAGRAPHS * 14)


def test_a_pdf_that_cannot_be_read_is_refused_with_its_reason(tmp_path: Path) -> None:
    whole = pdf(tmp_path / "port.pdf")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(whole.read_bytes()[:300])
    junk = tmp_path / "junk.pdf"
    junk.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)
    writer = PdfWriter(clone_from=PdfReader(whole))
    writer.encrypt("secret", algorithm="RC4-128")
    encrypted = tmp_path / "encrypted.pdf"
    writer.write(encrypted)
    scan = FPDF()
    scan.add_page()
    scan.rect(20, 20, 100, 100, style="F")
    scan.output(str(tmp_path / "scan.pdf"))
    for name, word in (
        ("broken", "broken"),
        ("junk", "broken"),
        ("encrypted", "encrypted"),
        ("scan", "scan"),
    ):
        with pytest.raises(FixInput, match=word) as refusal:
            read_article(tmp_path / f"{name}.pdf")
        assert "\n" not in str(refusal.value)


def test_a_word_file_gives_its_styles_lists_and_tables_in_their_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.author = "Jane Roe"
    document.add_paragraph("Port deal done", style="Title")
    document.add_paragraph("The board met for six hours.", style="Subtitle")
    document.add_paragraph(PARAGRAPHS[0])
    document.add_heading("The only offer", 1)
    document.add_paragraph(PARAGRAPHS[1])
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "2025", "$US40 million"
    document.add_paragraph("The lease ends in 2065.", style="List Bullet")
    document.save(str(tmp_path / "port.docx"))
    article = read_article(tmp_path / "port.docx")
    assert (article.title, article.standfirst, article.byline) == (
        "Port deal done",
        "The board met for six hours.",
        "Jane Roe",
    )
    assert article.text.split("\n") == [
        "The board met for six hours.", PARAGRAPHS[0], PARAGRAPHS[1], "2025 $US40 million", "The lease ends in 2065.",
    ]  # fmt: skip
    assert [section.heading for section in article.sections] == ["The only offer"]


def test_a_word_file_that_unpacks_to_too_much_or_is_none_is_refused(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 200_000_000)
    (tmp_path / "bomb.docx").write_bytes(bomb.getvalue())
    assert len(bomb.getvalue()) < 1_000_000
    with pytest.raises(FixInput, match="unpacks"):
        read_article(tmp_path / "bomb.docx")
    (tmp_path / "none.docx").write_bytes(b"PK\x03\x04 not a Word file")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "text")
    (tmp_path / "zip.docx").write_bytes(other.getvalue())
    for name in ("none", "zip"):
        with pytest.raises(FixInput):
            read_article(tmp_path / f"{name}.docx")
