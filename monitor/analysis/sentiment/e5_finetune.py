"""Fine-tunes the upper half of multilingual-e5-small; needs PyTorch, which nothing else here does.

The lower layers stay as they are, so their output is computed once a text. Each domain has a linear head on the mean
of the token states; posts learn the six emotions of their corpus and, through their sums, the three polarities.
AdamW (Loshchilov & Hutter 2019) with smaller steps for lower layers (Howard & Ruder 2018).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.sentiment.e5 import OUTPUTS
from monitor.analysis.sentiment.e5_corpus import Labelled, of_domain
from monitor.analysis.sentiment.e5_encoder import Array, Encoder, Single, unpacked
from monitor.analysis.sentiment.e5_tokens import Tokenizer
from monitor.errors import ModelUnavailable

STEPS = 1_020
FROZEN = 6
BATCH = 32
LONGEST = 64
"""Tokens of a text while training; longer ones lose their middle."""
_RATE, _HEAD_RATE, _DECAY, _WARM = 1e-4, 1e-3, 0.9, 60
_SEED = 7
_DRAWN = {"review": 4_400, "civic": 900}
"""Examples of a large domain in one round; posts and news are all in every round."""
_TASK = {"post": 0, "news": 1, "review": 2, "civic": 3}
_WEIGHT = {"post": 1.3, "news": 1.0, "review": 1.0, "civic": 0.5}
_PARTS = ("qkv", "out", "up", "down")
Tensor = Any


def tune(
    data: Sequence[Labelled], arrays: Mapping[str, Array], tokenizer: Tokenizer, layers: int, attention: int
) -> dict[str, Single]:
    """The matrices of the upper layers by their names in the model file, and ``heads``. Raises ``ModelUnavailable``."""
    torch = _torch()
    torch.manual_seed(_SEED)
    torch.set_num_threads(1)
    lower = Encoder(arrays, FROZEN, attention)
    weights = _start(torch, arrays, layers, lower.width)
    optimiser = torch.optim.AdamW(_groups(weights, layers), betas=(0.9, 0.98))
    rates = [group["lr"] for group in optimiser.param_groups]
    for step, batch in enumerate(_batches(data, STEPS)):
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / _WARM) * max(0.01, 1 - step / STEPS)
        states = lower.states([tokenizer.ids(e.text, LONGEST) for e in batch])
        loss = _loss(torch, weights, _upper(torch, weights, states, layers, attention), batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
        optimiser.step()
    return {name: tensor.detach().numpy() for name, tensor in weights.items()}


def _torch() -> Any:
    try:
        return importlib.import_module("torch")
    except ImportError as error:
        raise ModelUnavailable(
            "微调编码器需要 PyTorch", "在单独的环境里安装 torch 后再训练；运行服务不需要它"
        ) from error


def _start(torch: Any, arrays: Mapping[str, Array], layers: int, width: int) -> dict[str, Tensor]:
    """The upper layers as they come and fresh heads, as leaves that learn."""
    found: dict[str, Single] = {}
    for i in range(FROZEN, layers):
        for part in _PARTS:
            name = f"layer{i}.{part}"
            columns = len(arrays[f"layer{i}.up.bias"]) if part == "down" else width
            found[name], found[f"{name}.bias"] = unpacked(arrays, name, columns), arrays[f"{name}.bias"]
        found[f"layer{i}.norms"] = arrays[f"layer{i}.norms"]
    random = np.random.default_rng(_SEED)
    found["heads"] = random.normal(0, 0.02, (width + 1, sum(OUTPUTS.values()))).astype(np.float32)
    found["heads"][-1] = 0
    return {name: torch.tensor(a.astype(np.float32), requires_grad=True) for name, a in found.items()}


def _groups(weights: Mapping[str, Tensor], layers: int) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = [{"params": [weights["heads"]], "lr": _HEAD_RATE, "weight_decay": 0.0}]
    for i in range(FROZEN, layers):
        own = [tensor for name, tensor in weights.items() if name.startswith(f"layer{i}.")]
        groups.append({"params": own, "lr": _RATE * _DECAY ** (layers - 1 - i), "weight_decay": 0.01})
    return groups


def _batches(data: Sequence[Labelled], count: int) -> Iterator[list[Labelled]]:
    """Batches of texts of similar length, in rounds over the domains."""
    random = np.random.default_rng(_SEED)
    pools = {domain: _shuffled(random, of_domain(data, domain, kept_back=False)) for domain in _TASK}
    taken, given = dict.fromkeys(pools, 0), 0
    while True:
        chosen: list[Labelled] = []
        for domain, whole in pools.items():
            size = min(len(whole), _DRAWN.get(domain, len(whole)))
            chosen += [whole[(taken[domain] + k) % len(whole)] for k in range(size)]
            taken[domain] += size
        chosen = _shuffled(random, chosen)
        for i in random.permutation(-(-len(chosen) // (BATCH * 40))):
            near = sorted(chosen[i * BATCH * 40 : (i + 1) * BATCH * 40], key=lambda e: len(e.text))
            for j in random.permutation(-(-len(near) // BATCH)):
                yield near[j * BATCH : (j + 1) * BATCH]
                given += 1
                if given == count:
                    return


def _shuffled(random: np.random.Generator, items: Sequence[Labelled]) -> list[Labelled]:
    return [items[i] for i in random.permutation(len(items))]


def _upper(torch: Any, w: Mapping[str, Tensor], states: Sequence[Single], layers: int, attention: int) -> Tensor:
    """Mean token state after the upper layers, from what the lower ones gave."""
    longest, width = max(len(s) for s in states), states[0].shape[1]
    x, mask = torch.zeros(len(states), longest, width), torch.zeros(len(states), longest, dtype=torch.bool)
    for i, state in enumerate(states):
        x[i, : len(state)] = torch.from_numpy(np.ascontiguousarray(state))
        mask[i, : len(state)] = True
    f = torch.nn.functional
    for i in range(FROZEN, layers):
        name, gain = f"layer{i}", w[f"layer{i}.norms"]
        qkv = f.linear(x, w[f"{name}.qkv"], w[f"{name}.qkv.bias"]).view(len(states), longest, 3, attention, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        seen = f.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        seen = seen.transpose(1, 2).reshape(len(states), longest, width)
        out = f.dropout(f.linear(seen, w[f"{name}.out"], w[f"{name}.out.bias"]), 0.1)
        x = f.layer_norm(x + out, (width,), gain[0], gain[1], 1e-12)
        up = f.gelu(f.linear(x, w[f"{name}.up"], w[f"{name}.up.bias"]), approximate="tanh")
        down = f.dropout(f.linear(up, w[f"{name}.down"], w[f"{name}.down.bias"]), 0.1)
        x = f.layer_norm(x + down, (width,), gain[2], gain[3], 1e-12)
    m = mask.float()[:, :, None]
    return (x * m).sum(1) / m.sum(1)


def _loss(torch: Any, w: Mapping[str, Tensor], vectors: Tensor, batch: Sequence[Labelled]) -> Tensor:
    """Cross-entropy of every text by the head of its domain."""
    f, total = torch.nn.functional, torch.zeros(())
    begins = np.cumsum([0, *OUTPUTS.values()])
    for domain, task in _TASK.items():
        chosen = [i for i, e in enumerate(batch) if e.domain == domain]
        if not chosen:
            continue
        raw = f.dropout(vectors[chosen], 0.1) @ w["heads"][:-1] + w["heads"][-1]
        raw = raw[:, begins[task] : begins[task + 1]]
        own = [batch[i] for i in chosen]
        if domain == "post":
            loss = _post_loss(torch, raw, own) / 2
        else:
            gold = _golds([e.polarity // 2 if domain == "review" else e.polarity for e in own])
            loss = f.cross_entropy(raw, torch.from_numpy(gold), reduction="sum")
        total = total + _WEIGHT[domain] * loss
    return total / len(batch)


def _post_loss(torch: Any, raw: Tensor, own: Sequence[Labelled]) -> Tensor:
    f = torch.nn.functional
    loss = f.cross_entropy(raw, torch.from_numpy(_golds([e.emotion for e in own])), reduction="sum")
    known = [i for i, e in enumerate(own) if e.polarity >= 0]
    if known:
        three = torch.stack([torch.logsumexp(raw[:, :3], 1), raw[:, 3], raw[:, 4]], 1)
        gold = _golds([own[i].polarity for i in known])
        loss = loss + f.cross_entropy(three[known], torch.from_numpy(gold), reduction="sum")
    return loss


def _golds(values: Sequence[int]) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)
