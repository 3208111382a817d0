"""Small documents of Word and LibreOffice, made part by part."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
WORD_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1"'
    f' Type="{OFFICE}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="n1" Type="{OFFICE}/relationships/footnotes" Target="footnotes.xml"/>'
    f'<Relationship Id="l1" Type="{OFFICE}/relationships/hyperlink" Target="https://example.org/"'
    ' TargetMode="External"/>'
    f'<Relationship Id="p1" Type="{OFFICE}/relationships/image" Target="media/image1.png"/></Relationships>',
    "word/styles.xml": f'<w:styles xmlns:w="{WORD}">'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Q"><w:name w:val="Quote"/></w:style></w:styles>',
    "word/footnotes.xml": f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:id="2">'
    "<w:p><w:r><w:t>Since 1788.</w:t></w:r></w:p></w:footnote></w:footnotes>",
}
WORD_BODY = """
<w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr><w:r><w:t>Walls</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Old</w:t></w:r><w:r><w:t xml:space="preserve"> walls</w:t></w:r>
<w:r><w:footnoteReference w:id="2"/></w:r><w:hyperlink r:id="l1"><w:r><w:t>here</w:t></w:r></w:hyperlink></w:p>
<w:p><w:pPr><w:pStyle w:val="Q"/></w:pPr><w:r><w:t>Who seeks, finds.</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
"""
NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
OPEN_STYLES = """
<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Quotations"/>
<style:style style:name="Quotations" style:family="paragraph"/>
<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/>
<text:list-level-style-bullet text:level="2"/></text:list-style>
"""
OPEN_BODY = """
<text:h text:outline-level="1">Walls</text:h>
<text:p><text:span text:style-name="T1">Old</text:span> walls<text:note><text:note-citation>1</text:note-citation>
<text:note-body><text:p>Since 1788.</text:p></text:note-body></text:note>, <text:a xlink:href="https://example.org/">here</text:a>.
</text:p>
<text:p text:style-name="P1">Who seeks, finds.</text:p>
<text:list text:style-name="L1"><text:list-item><text:p>one</text:p>
<text:list><text:list-item><text:p>in</text:p></text:list-item></text:list></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>
<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>
"""


def archive(parts: dict[str, str | bytes], **options) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, **options) as written:
        for name, part in parts.items():
            written.writestr(name, part)
    return content.getvalue()


def word_document(body: str = WORD_BODY, **parts: str | bytes) -> bytes:
    document = f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}/relationships"><w:body>{body}</w:body></w:document>'
    return archive({**WORD_PARTS, "word/document.xml": document, **parts})


def open_document(body: str = OPEN_BODY, before: str = "", **parts: str | bytes) -> bytes:
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    content = (
        f"{before}<office:document-content {names}><office:automatic-styles>{OPEN_STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, **parts})


def as_file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
