"""A damaged picture is stored whole or refused with a sentence: hundreds of mutants of each format, always the same."""

import random
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from blog.images import processing
from blog.models import Image as Picture
from tests.blog.images.uploads import noise, sent

MUTANTS = 150
pytestmark = pytest.mark.filterwarnings("ignore")  # Pillow warns of odd EXIF and of sizes that we refuse
# Orientation, maker and position: an integer, a text and three fractions.
EXIF = Image.Exif()
EXIF[0x0112], EXIF[0x010F] = 6, "Phone"
EXIF.get_ifd(0x8825).update({1: "N", 2: (39.0, 39.0, 17.0)})


# The first of its entries: the tag of the maker, then its type, a text.
EXIF_ENTRIES = b"\x01\x0f\x00\x02"
UPLOAD = "/admin/blog/image/upload/"


def original(kind: str) -> bytes:
    out = BytesIO()
    noise((40, 30)).save(out, kind, **({} if kind == "GIF" else {"exif": EXIF}))
    return out.getvalue()


def mutate(content: bytes, seed: str) -> bytes:
    """Flip, set, insert or delete some bytes, most of them among the headers; or give an entry of EXIF another type."""
    dice = random.Random(seed)  # noqa: S311  the same mutants each time
    mutant = bytearray(content)
    if (exif := content.find(EXIF_ENTRIES)) >= 0 and dice.random() < 0.3:
        mutant[exif + dice.choice([3, 15])] = dice.randrange(14)
    for _ in range(dice.choice([0, 1, 2, 4, 16])):
        place = min(dice.randrange(dice.choice([300, len(content)])), len(mutant) - 1)
        match dice.randrange(5):
            case 0 | 1:
                mutant[place] ^= 1 << dice.randrange(8)
            case 2:
                mutant[place] = dice.choice([0, 127, 128, 255])
            case 3:
                del mutant[place : place + dice.randrange(1, 9)]
            case 4:
                mutant[place:place] = dice.randbytes(dice.randrange(1, 9))
    return bytes(mutant)


def outcome(upload: SimpleUploadedFile) -> str:
    """The code of the refusal, or "accepted" for a picture that was stored whole; raises whatever is neither."""
    try:
        stored = processing.process_upload(upload)
    except ValidationError as refusal:
        return refusal.code
    return "accepted" if Image.open(BytesIO(stored.content)).size == (stored.width, stored.height) else "broken"


@pytest.mark.parametrize("kind", processing.READABLE_FORMATS)
def test_a_mutant_is_accepted_whole_or_refused_with_a_sentence(kind):
    content, codes = original(kind), set()
    for number in range(MUTANTS):
        upload = SimpleUploadedFile("camel", mutate(content, f"{kind} {number}"))
        codes.add(outcome(upload))
    assert {"accepted", "not_a_picture"} <= codes <= {"accepted", "not_a_picture", "damaged", "bomb", "animated"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("place", [3, 15], ids=["maker", "orientation"])
def test_damaged_exif_does_not_matter_since_none_of_it_is_stored(kind, place, alice):
    for type_number in range(14):
        content = bytearray(original(kind))
        content[content.index(EXIF_ENTRIES) + place] = type_number
        if kind == "PNG":
            content = with_checksum(content, b"eXIf")
        assert alice.post(UPLOAD, sent(bytes(content))).status_code == 200


@pytest.mark.django_db
def test_an_avif_with_a_damaged_item_is_refused_by_the_form(alice):
    answer = alice.post(UPLOAD, sent(original("AVIF").replace(b"av01", b"av02")))
    assert answer.status_code == 400
    assert answer.json()["errors"]["upload"] == ["This image is damaged. Choose another image."]
    assert not Picture.objects.exists()


def with_checksum(png: bytearray, chunk: bytes) -> bytearray:
    start = png.index(chunk)
    end = start + 4 + int.from_bytes(png[start - 4 : start])
    png[end : end + 4] = zlib.crc32(png[start:end]).to_bytes(4)
    return png
