"""Of each of the last days, weeks and months the latest archive stays."""

import datetime

from registan.transfer.archive.manifest import MANIFEST
from registan.transfer.archive.prune_archives import choose_to_keep, prune


def names(days: int, part: str = "private", hours: tuple[int, ...] = (3,)) -> list[str]:
    first = datetime.date(2025, 1, 1)
    dates = (first + datetime.timedelta(days=day) for day in range(days))
    return [f"{date}T{hour:02}-00-00Z-{part}" for date in dates for hour in hours]


def test_two_years_of_daily_archives_become_some_twenty():
    every = names(700)
    kept = sorted(choose_to_keep(every))
    assert kept[-7:] == every[-7:]
    assert 17 <= len(kept) <= 24
    assert len({name[:7] for name in kept}) == 12


def test_of_a_day_the_latest_stays():
    assert choose_to_keep(names(1, hours=(3, 15))) == {"2025-01-01T15-00-00Z-private"}


def test_each_part_is_kept_by_itself():
    assert choose_to_keep(names(1) + names(1, "public")) == {*names(1), *names(1, "public")}


def test_what_is_no_archive_is_left_alone(tmp_path):
    every = names(60)
    for name in every:
        (tmp_path / name).mkdir()
        (tmp_path / name / MANIFEST).touch()
    (tmp_path / "2020-01-01T00-00-00Z-private").mkdir()  # without a manifest
    (tmp_path / "photos").mkdir()
    gone = prune(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == choose_to_keep(every) | {
        "2020-01-01T00-00-00Z-private",
        "photos",
    }
    assert set(gone) == set(every) - choose_to_keep(every)
