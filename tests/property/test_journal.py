from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from twine_stage import journal

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.sampled_from([timezone.utc, timezone(timedelta(hours=-3, minutes=-30))]),
)
FILENAMES = st.sampled_from(["spam-1.0.tar.gz", "spam-1.0-py3-none-any.whl"])
DIGESTS = st.integers(0, 2**256 - 1).map("{:064x}".format)
OPENED = st.builds(
    journal.Opened,
    at=MOMENTS,
    release=TEXTS,
    manifest=DIGESTS,
    index=TEXTS,
    url=TEXTS,
    api=TEXTS,
)
EVENTS = st.one_of(
    st.builds(journal.Sending, at=MOMENTS, filename=FILENAMES, attempt=st.integers(1, 9)),
    st.builds(journal.Uploaded, at=MOMENTS, filename=FILENAMES, sha256=DIGESTS),
    st.builds(journal.Present, at=MOMENTS, filename=FILENAMES, sha256=DIGESTS),
    st.builds(journal.Failed, at=MOMENTS, filename=FILENAMES, message=TEXTS),
    st.builds(journal.UploadRefused, at=MOMENTS, filename=FILENAMES, message=TEXTS),
    st.builds(journal.Published, at=MOMENTS),
    st.builds(journal.Verified, at=MOMENTS),
)
JOURNALS = st.tuples(OPENED, st.lists(EVENTS, max_size=8)).map(lambda pair: (pair[0], *pair[1]))


class TestAnyPrefixIsAJournal:
    """However much of a journal reached the disk, what is read is a prefix of its events."""

    @settings(deadline=None)
    @given(JOURNALS, st.data())
    def test_it(self, events: tuple[journal.Event, ...], data: st.DataObject) -> None:
        content = b"".join(map(journal.dumps, events))
        assert journal.loads(content) == events
        length = data.draw(st.integers(0, len(content)))
        read = journal.loads(content[:length])
        assert read == events[: len(read)]
        assert len(read) == content[:length].count(b"\n")


class TestReplayIsMonotone:
    """Another event never takes away what the events before it prove."""

    @settings(deadline=None)
    @given(JOURNALS)
    def test_it(self, events: tuple[journal.Event, ...]) -> None:
        assert journal.replay(events[:0]) is None
        before = journal.replay(events[:1])
        for length in range(1, len(events) + 1):
            after = journal.replay(events[:length])
            assert before is not None
            assert after is not None
            assert before.opened == after.opened
            assert before.accepted <= after.accepted
            assert all(after.attempts[name] >= count for name, count in before.attempts.items())
            assert before.is_published <= after.is_published
            assert before.is_verified <= after.is_verified
            assert before.has_sent <= after.has_sent
            assert before.exposure_seconds <= after.exposure_seconds
            before = after
