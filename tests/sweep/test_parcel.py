"""A riddle on its way to another machine: nothing is lost, and nothing is believed that its hash does not say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from oedipus.compiler import serialise
from oedipus.service.reading import Reading, read
from oedipus.sweep.parcel import TENSORS, Parcel, ParcelError, pack, put, unpack

TEXT = 'digit x\ndata y = "half.npy"\nmask(x, left) = y ± 0.3\nx is odd'


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    np.save(tmp_path / "half.npy", np.full((28, 28), 0.5, dtype=np.float32))
    return read(TEXT, tmp_path).required()


def test_what_is_unpacked_is_what_was_packed(reading: Reading, tmp_path: Path) -> None:
    parcel, files = pack(reading)
    put(tmp_path / "store", files)
    opened = unpack(Parcel.of(parcel.text), tmp_path / "store")
    assert serialise.encode(opened.program) == serialise.encode(reading.program)
    assert set(opened.cards) == set(reading.cards)
    assert Parcel.of(parcel.text).digest == parcel.digest
    assert unpack(parcel, tmp_path / "store").folder == opened.folder


def test_a_file_that_was_changed_on_its_way_is_refused(reading: Reading, tmp_path: Path) -> None:
    parcel, files = pack(reading)
    digest = parcel.files[TENSORS]
    with pytest.raises(ParcelError, match="damaged on its way"):
        put(tmp_path / "store", files | {digest: files[digest] + b"x"})
    put(tmp_path / "store", files)
    (tmp_path / "store" / digest).write_bytes(b"other")
    with pytest.raises(ParcelError, match="damaged on this worker"):
        unpack(parcel, tmp_path / "store")


def test_a_file_that_is_missing_is_told(reading: Reading, tmp_path: Path) -> None:
    parcel, _ = pack(reading)
    with pytest.raises(ParcelError, match="did not arrive"):
        unpack(parcel, tmp_path)


def test_other_networks_and_versions_are_refused(reading: Reading, tmp_path: Path) -> None:
    parcel, files = pack(reading)
    put(tmp_path, files)
    with pytest.raises(ParcelError, match="network 'digit' is not the sweep's"):
        unpack(replace(parcel, shipped={"digit": "0" * 64}), tmp_path)
    with pytest.raises(ParcelError, match=r"the sweep is of 0\.0\.0"):
        unpack(replace(parcel, version="0.0.0"), tmp_path)


@pytest.mark.parametrize("name", ["../outside", "/outside", "library/../../outside"])
def test_a_file_stays_in_its_folder(reading: Reading, tmp_path: Path, name: str) -> None:
    parcel, files = pack(reading)
    put(tmp_path / "store", files)
    with pytest.raises(ParcelError, match="is called"):
        unpack(replace(parcel, files={name: parcel.files[TENSORS]}), tmp_path / "store")
    assert not (tmp_path / "outside").exists()
