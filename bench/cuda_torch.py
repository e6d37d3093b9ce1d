"""Answers Mezzotint.Bench's questions after PyTorch's times on a GPU: one request a line, one answer a line, in JSON."""

import json
import statistics
import sys
import time

import torch

import peer_torch


def seconds(run):
    for _ in range(5):
        run()
    torch.cuda.synchronize()
    rounds = []
    for _ in range(5):
        start, count = time.perf_counter(), 0
        while count < 10 or (time.perf_counter() - start < 0.5 and count < 1000):
            run()
            torch.cuda.synchronize()
            count += 1
        rounds.append((time.perf_counter() - start) / count)
    return statistics.median(rounds)


def main():
    answers, sys.stdout = sys.stdout, sys.stderr
    torch.set_default_device("cuda")
    for line in sys.stdin:
        request = json.loads(line)
        times = {}
        for tf32 in (False, True):
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
            try:
                variants = peer_torch.WORK[request["work"]](**request["arguments"])
                for name, run in variants.items():
                    times[name + (", TF32" if tf32 else "")] = seconds(run)
                del variants
            except Exception as fault:  # a variant that does not run there must not end the table
                print(fault, file=sys.stderr)
            torch.cuda.empty_cache()
        print(json.dumps(times), file=answers, flush=True)


if __name__ == "__main__":
    main()
