#!/usr/bin/env bash
# Kills a training with SIGKILL at each of the system calls by which it changes the disk, resumes it, and compares it with one that nobody disturbed.
# Needs strace (Linux) and a built mezzo:  scripts/kill-at-syscalls.sh 'dotnet path/to/mezzo.dll'  [PHOTOS]
set -euo pipefail
mezzo=${1:?the command that runs mezzo}
root="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)"
photos=${2:-$root/docs/images}
# The runtime's own files would be counted with the training's.
export DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/tiny.yaml" <<'YAML'
name: tiny
scale: 2
network: {channels: 4, blocks: 1}
data: {crop: 6, batch: 2}
steps: 10
checkpointEvery: 3
keepCheckpoints: 2
validateEvery: 4
sampleEvery: 5
logEvery: 1
YAML

train() { $mezzo train "$work/tiny.yaml" --data "$photos" --threads 1 --run "$1"; }
# The numbers of a safetensors file, without the header, in which a checkpoint has its seconds.
tensors() { tail -c +$((9 + $(od -An -t u8 -N 8 "$1"))) "$1"; }

# Everything that must be equal: the metrics without their times, the tensors of the last checkpoint, the model, the samples, no temporaries.
summary() {
    sed -E 's/,"seconds":[0-9.]+//' "$1/metrics.jsonl"
    tensors "$1/checkpoints/step-00000010.safetensors" | cksum
    for file in model.safetensors samples/step-00000005.png samples/step-00000010.png; do cksum <"$1/$file"; done
    find "$1" -name '*.partial'
}

train "$work/whole" >/dev/null 2>&1
summary "$work/whole" >"$work/expected"
kills=0
for call in ${CALLS:-pwrite64 fsync rename unlink linkat ftruncate flock mkdir}; do
    for ((n = 1; ; n++)); do
        rm -rf "$work/run"
        code=0
        (strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$n" \
            $mezzo train "$work/tiny.yaml" --data "$photos" --threads 1 --run "$work/run"; exit $?) >/dev/null 2>&1 || code=$?
        [ "$code" = 0 ] && break
        if [ "$code" != 137 ]; then echo "Under strace the training ended with code $code and not by the signal." >&2; exit 1; fi
        kills=$((kills + 1))
        if [ -f "$work/run/recipe.yaml" ]; then $mezzo resume "$work/run" --threads 1 >/dev/null 2>&1; else train "$work/run" >/dev/null 2>&1; fi
        summary "$work/run" >"$work/found"
        if ! cmp -s "$work/expected" "$work/found"; then
            echo "Killed at $call number $n, the training ends otherwise:"
            diff "$work/expected" "$work/found" || true
            exit 1
        fi
    done
    echo "$call: $((n - 1)) kills"
done
echo "$kills kills, each resumed to the same bits."
