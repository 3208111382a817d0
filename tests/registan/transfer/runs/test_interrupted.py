"""A run that is interrupted anywhere goes on, and ends as if it had never been: killed, stopped, or taken over"""

import json
import shutil
import signal

import pytest
from django.core.management import CommandError

from blog.models import Post
from registan.transfer.models import Element, Run
from registan.transfer.runs.text_stage import TextStage
from tests.registan.transfer.runs.importing import category, run_command
from tests.registan.transfer.runs.killed_import import import_in_process
from tests.registan.transfer.runs.test_import_files import UPLOADS, attachment, picture
from tests.registan.transfer.runs.test_import_menu import link
from tests.registan.transfer.wxr import comment, export, item, write

# Of the steps of a clean run, at which it is killed: in the first batch, in the middle, before the last commit.
PLACES = (0.02, 0.5, 0.99)


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    """An export with everything in it, and the folder of its files."""
    folder = tmp_path_factory.mktemp("export")
    uploads = folder / "2020" / "05"
    uploads.mkdir(parents=True)
    for colour in ("red", "green", "blue"):
        (uploads / f"{colour}.png").write_bytes(picture(colour))
    quoted = "<blockquote><p>Ask.</p><cite>Navoiy, <em>Xamsa</em></cite></blockquote>"
    shown = f"<img src='{UPLOADS}/2020/05/red.png'> <a href='https://old.example/later/'>later</a>"
    return [
        write(
            folder,
            export(
                item(comment(1), comment(2, 1), post_id=1, content=f"{quoted}{shown}\n\nhttps://b.example/\n"),
                *(attachment(number, f"{colour}.png") for number, colour in enumerate(("red", "green", "blue"), 20)),
                item(category("post_tag", "tea", "Tea"), post_id=2, post_name="two", creator="bob", content=quoted),
                item(comment(3), post_id=3, post_type="page", post_name="about"),
                item(post_id=4, status="trash", post_name="four"),
                item(post_id=5, post_name="later", link="https://old.example/later/"),
                link(6, title="Home", url="/"),
                item(post_id=7, post_type="product"),
            ),
        ),
        "--media",
        folder,
    ]


def copy_of(site, tmp_path):
    shutil.copytree(site, copy := tmp_path / "site")
    return copy


@pytest.fixture(scope="module")
def clean(empty_site, arguments, tmp_path_factory):
    """How many steps a clean run has, and the site after it."""
    done = import_in_process(copy_of(empty_site, tmp_path_factory.mktemp("clean")), arguments)
    steps, _space, site = done.stdout.partition(" ")
    return int(steps), json.loads(site)


@pytest.mark.parametrize("place", PLACES)
def test_killed_and_run_again_it_is_the_same_as_one_clean_run(empty_site, arguments, clean, tmp_path, place):
    steps, expected = clean
    site = copy_of(empty_site, tmp_path)
    killed = import_in_process(site, arguments, step=max(1, round(steps * place)))
    assert killed.returncode == -signal.SIGKILL
    again = import_in_process(site, arguments)
    assert json.loads(again.stdout.partition(" ")[2]) == expected


@pytest.fixture
def file(tmp_path):
    return write(tmp_path, export(*(item(post_id=number, post_name=f"post-{number}") for number in range(1, 7))))


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr("registan.transfer.runs.text_stage.BATCH_ITEMS", 2)


@pytest.mark.django_db
def test_a_run_that_is_asked_to_stop_ends_after_its_batch_and_goes_on_later(file, small_batches, monkeypatch):
    find = TextStage._find_known

    def ask(self, batch):
        if batch[0].item.id == 3:
            Run.objects.update(state=Run.State.STOPPING)
        find(self, batch)

    with monkeypatch.context() as patched:
        patched.setattr(TextStage, "_find_known", ask)
        run_command(file)
    assert Run.objects.get().state == Run.State.STOPPED
    assert Post.objects.count() == 2
    run_command(file)
    assert Run.objects.get().state == Run.State.FINISHED
    assert set(Element.objects.filter(kind="post").values_list("outcome", flat=True)) == {"created"}
    assert Post.objects.count() == 6


@pytest.mark.django_db
def test_a_second_process_takes_over_and_the_first_ends(file, small_batches, monkeypatch):
    find = TextStage._find_known

    def begin_another(self, batch):
        if batch[0].item.id == 3:
            Run.objects.get().take()
        find(self, batch)

    monkeypatch.setattr(TextStage, "_find_known", begin_another)
    with pytest.raises(CommandError, match="Another process has taken over this import"):
        run_command(file)
    assert Post.objects.count() == 2
    assert Run.objects.get().state == Run.State.RUNNING


@pytest.mark.django_db
def test_of_two_imports_of_one_blog_the_later_goes_on_alone(file, tmp_path, small_batches, monkeypatch):
    other, find = write(tmp_path, export(item(post_id=9, post_name="nine")), "other.xml"), TextStage._find_known

    def begin_another(self, batch):
        if batch[0].item.id == 3:
            run_command(other)
        find(self, batch)

    monkeypatch.setattr(TextStage, "_find_known", begin_another)
    with pytest.raises(CommandError, match="Another process has taken over this import"):
        run_command(file)
    assert sorted(Run.objects.values_list("state", flat=True)) == [Run.State.FINISHED, Run.State.STOPPED]
    assert Post.objects.count() == 3


@pytest.mark.django_db
def test_ctrl_c_stops_it_and_it_goes_on_later(file, small_batches, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(TextStage, "_convert", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
        run_command(file)
    assert Run.objects.get().state == Run.State.STOPPED
    run_command(file)
    assert Post.objects.count() == 6


@pytest.mark.django_db
def test_other_files_of_the_same_blog_are_another_run(file, tmp_path, monkeypatch):
    monkeypatch.setattr(TextStage, "steps", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
    run_command(file)
    run_command(write(tmp_path, export(item(post_id=9)), "other.xml"))
    assert Run.objects.count() == 2
