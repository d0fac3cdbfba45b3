"""Power cuts: what the disk held while every process stood still is all that is left.

The installation lives on a file system of its own, in an image that is mounted over a loop device. At a cut all its
processes are stopped, the image is copied as it is — what was written and not brought to disk is not in it — and the
processes are killed; then the copy takes the image's place, and everything starts on it. Needs root.
"""

import asyncio
import contextlib
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.faults.evidence import FeedReader
from tests.faults.trial import Trial
from tests.faults.world import World

IMAGE_BYTES = 1 << 30
"""Sparse: only what is used takes room."""


class NoMounts(Exception):
    """This machine does not let us mount an image."""


class Disk:
    """A file system in an image."""

    def __init__(self, folder: Path) -> None:
        self.image, self.mounted = folder / "disk.image", folder / "disk"
        self.mounted.mkdir()
        with self.image.open("wb") as file:
            file.truncate(IMAGE_BYTES)

    def make(self) -> None:
        """Write an empty file system.

        Raises:
            NoMounts: it cannot be made or mounted here.
        """
        if os.geteuid() != 0:
            raise NoMounts("needs root")
        try:
            _run("mkfs.ext4", "-q", "-F", str(self.image))
            self.mount()
        except (OSError, subprocess.CalledProcessError) as error:
            raise NoMounts(f"{error}") from None

    def mount(self) -> None:
        _run("mount", "-o", "loop", str(self.image), str(self.mounted))

    def unmount(self) -> None:
        for _ in range(50):
            if subprocess.run(("umount", str(self.mounted)), capture_output=True).returncode == 0:
                return
            time.sleep(0.1)  # a killed process has not let go of its files yet
        _run("umount", "--lazy", str(self.mounted))

    def copy(self) -> None:
        """Take what is on the disk now."""
        _run("cp", "--sparse=always", str(self.image), str(self.image.with_suffix(".cut")))

    def restore(self) -> None:
        """Go on with what was taken."""
        self.unmount()
        self.image.with_suffix(".cut").replace(self.image)
        self.mount()


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """A mounted disk.

    Raises:
        NoMounts: not on this machine.
    """
    made = Disk(folder)
    made.make()
    try:
        yield made
    finally:
        made.unmount()


async def power_cuts(folder: Path, seed: int, cuts: int) -> Trial:
    """Cut the power under load, again and again.

    Raises:
        NoMounts: not on this machine.
    """
    with disk(folder) as found:
        world = World(found.mounted)
        trial = Trial(world, FeedReader(world), "power cut: broker and SQLite together", "power", seed)
        chance, lost, loop = random.Random(seed), 0, asyncio.get_running_loop()
        async with contextlib.AsyncExitStack() as powered:
            await powered.enter_async_context(world.running())
            for _ in range(cuts):
                async with trial.load.applied():
                    await asyncio.sleep(chance.uniform(0.5, 2.0))
                    lost += await _cut(trial, found, powered)
                    started = loop.time()
                    await powered.enter_async_context(world.running())
                    trial.tally.recoveries_s.append(loop.time() - started)
                await trial.rest_and_examine()
            await trial.compare_deeply()
        await world.close()
        trial.tally.notes.append(f"of {cuts} files written beside it and not brought to disk {lost} were lost")
        if not lost:
            trial.trouble("nothing that was not brought to disk was lost: these were no power cuts")
    return trial


async def _cut(trial: Trial, found: Disk, powered: contextlib.AsyncExitStack) -> bool:
    """Cut the power and put in place what is left. Whether the cut took what was not on the disk."""
    world = trial.world
    synced, unsynced = (found.mounted / name for name in ("synced", "unsynced"))
    await asyncio.to_thread(_write, synced, unsynced)
    world.freeze()
    await asyncio.to_thread(found.copy)
    world.cut_off()
    await powered.aclose()
    await asyncio.to_thread(found.restore)
    trial.tally.count += 1
    if not synced.exists() or not synced.read_bytes():
        trial.trouble("what was brought to disk beside it is lost: this is no disk to trust")
    return not unsynced.exists() or not unsynced.read_bytes()


def _write(synced: Path, unsynced: Path) -> None:
    """Two witnesses: one is brought to disk, one is only written."""
    for path in (unsynced, synced):
        path.unlink(missing_ok=True)
    descriptor = os.open(synced.parent, os.O_RDONLY)
    os.fsync(descriptor)
    with synced.open("wb") as file:
        file.write(b"x" * 4096)
        file.flush()
        os.fsync(file.fileno())
    os.fsync(descriptor)
    os.close(descriptor)
    unsynced.write_bytes(b"x" * 4096)


def _run(*command: str) -> None:
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(f"there is no {command[0]}")
    subprocess.run(command, check=True, capture_output=True)
