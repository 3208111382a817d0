import pytest

from tests.comments.processes import Elsewhere


@pytest.fixture
def elsewhere(transactional_db, tmp_path):
    """Make it by calling it, once the test's rows are there."""
    made = []

    def make() -> Elsewhere:
        made.append(Elsewhere(tmp_path))
        return made[-1]

    yield make
    for one in made:
        one.stop()
