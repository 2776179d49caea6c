"""What goes to the workers and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Task(Generic[Key]):
    """One unit of work; ``key`` is the caller's and never leaves this process."""

    key: Key
    payload: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use. Memory is address space on top of what the worker has after its setup."""

    cpu_s: float
    wall_s: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Done(Generic[Key]):
    """A task that was answered."""

    task: Task[Key]
    reply: bytes


@dataclass(frozen=True, slots=True)
class Died(Generic[Key]):
    """A task that was not."""

    task: Task[Key]
    kind: Literal["timeout", "memory", "crash", "error"]
    detail: str
