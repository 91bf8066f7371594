from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fuzzing
from mutations import KEYS, MADE, Sample, mutated
from samples import metadata, wheel
from scanned import WHEEL

TESTS = Path(fuzzing.__file__).parent
COUNT = 1500
SECONDS = 240

_settings = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestWhateverAFileIs:
    """It is judged for every destination, and nothing but findings that can be shown come out."""

    @_settings
    @given(sample=st.sampled_from(MADE), random=st.randoms(use_true_random=False))
    def test_one_mutation_of_a_sample(self, sample: Sample, random: Random) -> None:
        """Its bytes, its records, its texts or its name."""
        fuzzing.judge(mutated(sample, random))

    @_settings
    @given(sample=st.sampled_from(MADE), random=st.randoms(use_true_random=False))
    def test_mutations_of_mutations(self, sample: Sample, random: Random) -> None:
        """What is broken once is broken in another way too."""
        for _ in range(3):
            sample = mutated(sample, random)
        fuzzing.judge(sample)

    @pytest.mark.parametrize("key", KEYS, ids=bytes.decode)
    @pytest.mark.parametrize("value", ["{}", ">={}", "eggs=={}", "eggs; python_version < '{}'"])
    def test_numbers_that_python_does_not_read(self, key: bytes, value: str) -> None:
        """Those of several thousand digits, wherever a number may stand."""
        field = key + b": " + value.format("9" * 5000).encode() + b"\n"
        content = wheel(core_metadata=metadata() + field)
        fuzzing.judge(Sample(WHEEL, content))

    def test_samples_themselves_are_sound(self) -> None:
        """So that it is the mutations that are judged: most samples have hardly a finding."""
        for sample in MADE:
            assert len(fuzzing.judge(sample)) < 30 * len(fuzzing.DESTINATIONS)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limits are told as Linux tells them")
@pytest.mark.parametrize("seed", [1, 2])
def test_thousands_in_bounded_time_and_memory(seed: int) -> None:
    """None takes more than a second or 100 MiB; small real files are among what is mutated."""
    import resource  # noqa: PLC0415 - not on Windows

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 10))

    done = subprocess.run(
        [sys.executable, str(TESTS / "fuzzing.py"), str(seed), str(COUNT)],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=4 * SECONDS,
        check=False,
        preexec_fn=limit,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{COUNT} files, ")
