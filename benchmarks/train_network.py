"""Trains the network over blocks with PyTorch and gives it back as plain arrays. Seeded and single-threaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from cleaner.boilerplate.class_vectors import DECAY, STEPS, ClassVectors
from cleaner.boilerplate.network import REACH, Network
from cleaner.boilerplate.page_tree import PageTree

CHANNELS = 32
LAYERS = 4
EPOCHS = 9
PAGES_A_STEP = 8
MOST_BLOCKS = 1_200
"""Of a longer page, a stretch of this many blocks is learned from at a time."""
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 0.1
DROPOUT = 0.3
BLOCKS_LEFT_OUT = 0.4
"""At most this share of a page's blocks is left out, of every second page, so that no page is seen twice."""
COLUMNS_LEFT_OUT = 0.1
FIGURES = 8
"""In the vector of a class word."""
WORDS_LEFT_OUT = 0.5
"""Share of the class words that a step does without; authors name the same things differently."""
SEED = 1


@dataclass(frozen=True, slots=True)
class Lesson:
    """A page to learn from; one entry a block."""

    rows: npt.NDArray[np.float32]
    main: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float64]
    """How much each block counts; their sum is how much the page counts, usually 1."""
    sizes: npt.NDArray[np.float64]
    """Words."""
    groups: tuple[npt.NDArray[np.int64], ...]
    paths: Paths


@dataclass(frozen=True, slots=True)
class Paths:
    """The numbers of the class words on the way from each block to the root, one block's below the other's.

    Empty where there are no elements, as in plain text.
    """

    words: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int64]
    """Where each block's words begin, and their end."""

    def of(self, blocks: npt.NDArray[np.int64]) -> Paths:
        """The paths of some blocks."""
        if not len(self.words):
            return self
        counts = self.starts[blocks + 1] - self.starts[blocks]
        starts = np.concatenate(([0], np.cumsum(counts)))
        at = np.repeat(self.starts[blocks] - starts[:-1], counts) + np.arange(starts[-1])
        return Paths(self.words[at], self.weights[at], starts)


NO_PATHS = Paths(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64))
"""Of plain text, which has no elements."""


def read_paths(tree: PageTree, numbers: Mapping[str, int]) -> Paths:
    """The words that *numbers* knows, each as often as it comes and with the weight that ``ClassVectors`` gives it."""
    own = [[numbers[token] for token in tokens if token in numbers] for tokens in tree.tokens]
    known: dict[int, tuple[list[int], list[float]]] = {}
    words: list[int] = []
    weights: list[float] = []
    starts = [0]
    for block in tree.blocks.tolist():
        if block not in known:
            pairs, row = [], block
            for step in range(STEPS):
                pairs += [(word, DECAY**step) for word in own[row]]
                row = int(tree.parents[row])
            known[block] = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        words += known[block][0]
        weights += known[block][1]
        starts.append(len(words))
    return Paths(np.array(words, dtype=np.int64), np.array(weights, dtype=np.float32), np.array(starts))


class _Module(nn.Module):
    """The network as PyTorch trains it; ``network.Network.margins`` computes the same without dropout."""

    def __init__(self, columns: int, groups: int, words: int) -> None:
        super().__init__()
        self.vectors = nn.EmbeddingBag(words, FIGURES, mode="sum") if words else None
        if self.vectors is not None:
            nn.init.normal_(self.vectors.weight, std=0.02)
        self.first = nn.Linear(columns + FIGURES * (words > 0), CHANNELS)
        self.mixers = nn.ModuleList([nn.Linear(CHANNELS * (4 + groups), CHANNELS) for _ in range(LAYERS)])
        self.norms = nn.ModuleList([nn.LayerNorm(CHANNELS) for _ in range(LAYERS)])
        self.last = nn.Linear(CHANNELS, 1)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, batch: _Batch) -> Tensor:
        seen = batch.rows
        if self.vectors is not None:
            named = self.vectors(batch.words, batch.starts, per_sample_weights=batch.word_weights)
            seen = torch.cat([seen, named.clamp(-REACH, REACH)], 1)
        state = self.dropout(functional.relu(self.first(seen)))
        for layer, (mixer, norm) in enumerate(zip(self.mixers, self.norms, strict=True)):
            level = norm(state)
            parts = [level, batch.shifted(level, -(2**layer)), batch.shifted(level, 2**layer)]
            parts += [batch.mean(level, *group) for group in batch.groups]
            state = state + self.dropout(functional.relu(mixer(torch.cat(parts, 1))))
        result: Tensor = self.last(state).squeeze(1)
        return result


class _Batch:
    """The blocks of several pages, one below the other."""

    def __init__(self, lessons: Sequence[Lesson], taken: Sequence[npt.NDArray[np.int64]]) -> None:
        pairs = list(zip(lessons, taken, strict=True))
        self.pages = torch.from_numpy(np.repeat(np.arange(len(pairs)), [len(at) for at in taken]))
        self.count = len(pairs)
        self.rows = torch.from_numpy(np.concatenate([lesson.rows[at] for lesson, at in pairs]))
        self.main = torch.from_numpy(np.concatenate([lesson.main[at] for lesson, at in pairs]).astype(np.float32))
        self.weights = torch.from_numpy(np.concatenate([lesson.weights[at] for lesson, at in pairs]).astype(np.float32))
        self.sizes = torch.from_numpy(np.concatenate([lesson.sizes[at] for lesson, at in pairs]).astype(np.float32))
        self.counted = (torch.log1p(self.sizes) + 0.1).unsqueeze(1)
        groups = [self.pages] + [
            _numbered([lesson.groups[number][at] for lesson, at in pairs]) for number in range(len(lessons[0].groups))
        ]
        self.groups = [(group, self._sums(self.counted, group)) for group in groups]
        paths = [lesson.paths.of(at) for lesson, at in pairs]
        self.words = torch.from_numpy(np.concatenate([path.words for path in paths]))
        self.word_weights = torch.from_numpy(np.concatenate([path.weights for path in paths]))
        counts = np.concatenate([np.diff(path.starts) for path in paths]).astype(np.int64)
        self.starts = torch.from_numpy(np.cumsum(counts) - counts)

    @staticmethod
    def _sums(values: Tensor, group: Tensor) -> Tensor:
        return torch.zeros(int(group.max()) + 1, values.shape[1]).index_add_(0, group, values)

    def mean(self, level: Tensor, group: Tensor, total: Tensor) -> Tensor:
        """The weighted mean over each group, as its blocks see it."""
        return (self._sums(level * self.counted, group) / total)[group]

    def shifted(self, level: Tensor, by: int) -> Tensor:
        """The level of the block *by* places on; nothing beyond the page."""
        there = (torch.arange(len(level)) + by).clamp(0, len(level) - 1)
        same = (torch.arange(len(level)) + by == there) & (self.pages[there] == self.pages)
        return level[there] * same.unsqueeze(1)

    def page_sums(self, values: Tensor) -> Tensor:
        return torch.zeros(self.count).index_add_(0, self.pages, values)


def _numbered(groups: Sequence[npt.NDArray[np.int64]]) -> Tensor:
    """Group numbers that begin at 0 and differ from page to page."""
    first = 0
    parts = []
    for group in groups:
        numbers = np.unique(group, return_inverse=True)[1]
        parts.append(numbers + first)
        first += int(numbers.max()) + 1
    return torch.from_numpy(np.concatenate(parts))


def train_network(
    lessons: Sequence[Lesson], words: Sequence[str], epochs: int = EPOCHS, seed: int = SEED
) -> tuple[Network, ClassVectors]:
    """A network of all *lessons*, whose paths number *words*, and its vectors for them.

    The loss of a page is the weighted log loss of its blocks and, as much again, what is missing of the F1 that the
    chances promise (the Dice loss; Milletari et al., 2016, https://arxiv.org/abs/1606.04797).
    """
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    every = np.concatenate([lesson.rows for lesson in lessons])
    centres, scales = every.mean(axis=0), every.std(axis=0) + 1e-3
    lessons = [_scaled(lesson, centres, scales) for lesson in lessons]
    module = _Module(len(centres), len(lessons[0].groups), len(words))
    steps = epochs * -(-len(lessons) // PAGES_A_STEP)
    optimizer = torch.optim.AdamW(module.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    for _ in range(epochs):
        order = random.permutation(len(lessons)).tolist()
        for begin in range(0, len(order), PAGES_A_STEP):
            chosen = [lessons[at] for at in order[begin : begin + PAGES_A_STEP]]
            batch = _Batch(chosen, [_taken(len(lesson.rows), random) for lesson in chosen])
            batch.rows = batch.rows * (torch.rand(1, batch.rows.shape[1]) > COLUMNS_LEFT_OUT)
            if words:
                heard = (torch.rand(len(words)) > WORDS_LEFT_OUT) / (1 - WORDS_LEFT_OUT)
                batch.word_weights = batch.word_weights * heard[batch.words]
            loss = _loss(module(batch), batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return _network(module, centres, scales), _vectors(module, words)


def _vectors(module: _Module, words: Sequence[str]) -> ClassVectors:
    if module.vectors is None:
        return ClassVectors({}, np.zeros((0, 0), dtype=np.float32))
    vectors = module.vectors.weight.detach().numpy().astype(np.float16).astype(np.float32)
    return ClassVectors({word: row for row, word in enumerate(words)}, vectors)


def _scaled(lesson: Lesson, centres: npt.NDArray[np.float32], scales: npt.NDArray[np.float32]) -> Lesson:
    rows = np.clip((lesson.rows - centres) / scales, -REACH, REACH)
    return replace(lesson, rows=rows)


def _taken(blocks: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    begin = int(random.integers(0, max(1, blocks - MOST_BLOCKS)))
    taken = np.arange(begin, min(blocks, begin + MOST_BLOCKS))
    if len(taken) > 5 and random.random() < 0.5:
        left = taken[random.random(len(taken)) > BLOCKS_LEFT_OUT * random.random()]
        taken = left if len(left) else taken
    return taken


def _loss(margins: Tensor, batch: _Batch) -> Tensor:
    blocks = functional.binary_cross_entropy_with_logits(margins, batch.main, reduction="none")
    likely = torch.sigmoid(margins) * batch.sizes
    wanted = batch.main * batch.sizes
    found = batch.page_sums(likely * batch.main)
    f1 = 2 * found / (batch.page_sums(likely) + batch.page_sums(wanted) + 1e-3)
    share = batch.page_sums(batch.weights)
    return (blocks * batch.weights).sum() / batch.count + (share * (1 - f1)).mean()


def _network(module: _Module, centres: npt.NDArray[np.float32], scales: npt.NDArray[np.float32]) -> Network:
    def rows(linear: nn.Linear) -> npt.NDArray[np.float32]:
        weight, bias = linear.weight.detach().numpy(), linear.bias.detach().numpy()
        # As they are shipped, so that what is measured is what is shipped.
        return np.concatenate([weight.T, bias[None, :]]).astype(np.float16).astype(np.float32)

    gains = [np.stack([norm.weight.detach().numpy(), norm.bias.detach().numpy()]) for norm in module.norms]
    mixers = [rows(mixer) for mixer in module.mixers]
    # The vectors are columns like any other, but as they are.
    figures = module.first.in_features - len(centres)
    centres = np.concatenate([centres, np.zeros(figures)]).astype(np.float32)
    scales = np.concatenate([scales, np.ones(figures)]).astype(np.float32)
    return Network(centres, scales, rows(module.first), np.stack(gains), np.stack(mixers), rows(module.last)[:, 0])
