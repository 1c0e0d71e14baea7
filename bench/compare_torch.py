#!/usr/bin/env python3
"""Training steps of the ladder's model in PyTorch beside ours, one thread each, by turns.

For developers; needs PyTorch and a compiler for torch.compile. No part of the build or the tests.

  ./go build && python3 bench/compare_torch.py [--widths 16,32,...] [--pairs 5] [--batch 512]

Both take AdamW on the same shapes (two layers, RMSNorm, rotary positions, SwiGLU, tied embeddings,
causal attention within a document, loss on the answers). PyTorch is given every advantage: all of a
batch prepared beforehand, documents of exactly 16 tokens so that shapes are fixed and nothing is padded,
the head at 7 of 16 positions only, the whole forward and backward pass in one torch.compile,
attention by its own function and written out (the ratio is to whichever is faster), the fused
AdamW. Ours draws its documents as it goes. Both count tokens per CPU second.
"""
import argparse
import math
import pathlib
import statistics
import subprocess
import time

import torch
import torch.nn.functional as F

VOCAB, LAYERS, LENGTH, ANSWER = 96, 2, 16, 7
HEAD_DIM = {8: 4, 12: 4, 96: 16, 128: 16}
SECONDS = 0.8
BENCH = pathlib.Path(__file__).resolve().parent.parent / "build/release/bench_train"


class Ladder(torch.nn.Module):
    def __init__(self, width, by_hand):
        super().__init__()
        self.width, self.dim, self.by_hand = width, HEAD_DIM.get(width, 8), by_hand
        self.mlp = (width * 8 // 3 + 7) // 8 * 8
        self.embed = torch.nn.Parameter(torch.randn(VOCAB, width))
        new = lambda rows, columns: torch.nn.Parameter(torch.randn(rows, columns) / math.sqrt(columns))
        self.qkv = torch.nn.ParameterList(new(3 * width, width) for _ in range(LAYERS))
        self.out = torch.nn.ParameterList(new(width, width) for _ in range(LAYERS))
        self.gate_up = torch.nn.ParameterList(new(2 * self.mlp, width) for _ in range(LAYERS))
        self.down = torch.nn.ParameterList(new(width, self.mlp) for _ in range(LAYERS))
        angle = torch.outer(torch.arange(LENGTH), 1000.0 ** (-torch.arange(0, self.dim, 2) / self.dim))
        self.register_buffer("cos", angle.cos())
        self.register_buffer("sin", angle.sin())
        self.register_buffer("unseen", torch.full((LENGTH, LENGTH), -math.inf).triu(1))

    def turn(self, x):
        a, b = x.chunk(2, -1)
        return torch.cat((a * self.cos - b * self.sin, b * self.cos + a * self.sin), -1)

    def attention(self, x, layer):
        docs = x.shape[0]
        q, k, v = F.linear(x, self.qkv[layer]).chunk(3, -1)
        q, k, v = (t.view(docs, LENGTH, -1, self.dim).transpose(1, 2) for t in (q, k, v))
        q, k = self.turn(q), self.turn(k)
        if self.by_hand:
            o = (q @ k.transpose(-2, -1) / math.sqrt(self.dim) + self.unseen).softmax(-1) @ v
        else:
            o = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return F.linear(o.transpose(1, 2).reshape(docs, LENGTH, self.width), self.out[layer])

    def forward(self, token, target):
        norm = lambda x: F.rms_norm(x, (self.width,), eps=1e-6)
        x = F.embedding(token, self.embed)
        for layer in range(LAYERS):
            x = x + self.attention(norm(x), layer)
            gate, up = F.linear(norm(x), self.gate_up[layer]).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, self.down[layer])
        x = norm(x[:, -ANSWER:]) / math.sqrt(self.width)
        return F.cross_entropy(F.linear(x, self.embed).reshape(-1, VOCAB), target.reshape(-1))


def torch_stepper(width, batch, compiled, by_hand):
    docs = batch // LENGTH
    model = Ladder(width, by_hand)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), fused=True)
    loss_of = torch.compile(model) if compiled else model
    data = torch.randint(VOCAB, (64, docs, LENGTH))
    state = {"step": 0}

    def steps(n):
        for _ in range(n):
            token = data[state["step"] % 64]
            state["step"] += 1
            optimizer.zero_grad(set_to_none=True)
            loss_of(token, token[:, -ANSWER:]).backward()
            optimizer.step()

    def check():  # the loss falls, so that steps are steps
        first = model(data[0], data[0][:, -ANSWER:]).item()
        steps(200)
        last = model(data[0], data[0][:, -ANSWER:]).item()
        if not last < first:
            raise SystemExit(f"width {width}: PyTorch does not learn ({first} to {last})")

    def rate():
        begin, done = time.process_time(), 0
        while time.process_time() - begin < SECONDS:
            steps(10)
            done += 10
        return done * docs * LENGTH / (time.process_time() - begin)

    check()
    return rate


def our_rate(width, batch, table):
    command = [BENCH, "--width", str(width), "--optimizer", "adamw", "--batch", str(batch), "--rounds", "1"]
    if table:
        command += ["--kernels", table]
    last = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    return float(last.split()[3])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--widths", default="8,16,32,48,64,96,128")
    arguments.add_argument("--pairs", type=int, default=5)
    arguments.add_argument("--batch", type=int, default=512)
    arguments.add_argument("--kernels", help="our table of kernels; default: the fastest")
    a = arguments.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    print(f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, AdamW, {a.batch} tokens a step")
    print("tokens per CPU second, thousands, medians; ratio to the fastest of a round: median, min, max")
    print("compiled: scaled_dot_product_attention; by hand: attention written out, compiled; eager: not compiled")
    print(f"{'width':>5} {'ours':>8} {'compiled':>8} {'by hand':>8} {'eager':>8} {'ratio':>6} {'min':>6} {'max':>6}")
    for width in map(int, a.widths.split(",")):
        torch._dynamo.reset()
        kinds = ((True, False), (True, True), (False, False))
        peers = [torch_stepper(width, a.batch, *kind) for kind in kinds]
        rows = [[our_rate(width, a.batch, a.kernels)] + [rate() for rate in peers] for _ in range(a.pairs)]
        ratio = [row[0] / max(row[1:]) for row in rows]
        columns = " ".join(f"{statistics.median(column) / 1e3:8.1f}" for column in zip(*rows))
        print(f"{width:5} {columns} {statistics.median(ratio):6.2f} {min(ratio):6.2f} {max(ratio):6.2f}", flush=True)


if __name__ == "__main__":
    main()
