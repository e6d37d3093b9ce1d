// A peer of the benchmark: ONNX Runtime as a process that works on request, so that its turns alternate with the others'.
// One JSON object a line on standard input, one a line back on standard output:
//
//     {"do": "about"}                                                       -> {"name": "ONNX Runtime 1.30.0"}
//     {"do": "prepare", "work": "model", "path": "a.onnx", "dims": [1, 3, 64, 64], "threads": 1}
//     {"do": "prepare", "work": "matmul", "rows": 64, "columns": 64, "depth": 64, "threads": 1}
//                                                                           -> {"variant": "", "facts": {"elements": 4096}}
//     {"do": "run", "count": 5}                                             -> {"seconds": 0.123}
//     {"do": "memory"}                                                      -> {"bytes": 123456789}
//
// The first argument is the folder whose node_modules has onnxruntime-node. Results go to memory given beforehand.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(resolve(process.argv[2], 'package.json'));
const ort = require('onnxruntime-node');

// Protocol buffers, as far as a model of one node needs them: lists of bytes and fields of a number or of bytes.
const varint = n => (n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))]);
const number = (field, value) => [field * 8, ...varint(value)];
const bytes = (field, value) => [field * 8 + 2, ...varint(value.length), ...value];
const text = (field, value) => bytes(field, [...Buffer.from(value)]);

/** An ONNX model that multiplies two matrices, both given at every run. */
function matmulModel(rows, columns, depth) {
  const floats = 1;
  const shape = dims => dims.flatMap(n => bytes(1, number(1, n)));
  const matrix = (name, dims) => [...text(1, name), ...bytes(2, bytes(1, [...number(1, floats), ...bytes(2, shape(dims))]))];
  const node = [...text(1, 'a'), ...text(1, 'b'), ...text(2, 'c'), ...text(4, 'MatMul')];
  const graph = [
    ...bytes(1, node), ...text(2, 'matmul'), ...bytes(11, matrix('a', [rows, depth])), ...bytes(11, matrix('b', [depth, columns])),
    ...bytes(12, matrix('c', [rows, columns])),
  ];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, number(2, 17))]);
}

function random(dims) {
  const values = new Float32Array(dims.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i++) values[i] = Math.random();
  return new ort.Tensor('float32', values, dims);
}

let session, feeds, results;

async function prepare({ work, threads, path, dims, rows, columns, depth }) {
  const options = {
    executionProviders: ['cpu'], intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3,
    // Its threads spin while they work, but not in the others' turns.
    extra: { session: { force_spinning_stop: '1' } },
  };
  await session?.release();
  session = await ort.InferenceSession.create(work === 'matmul' ? matmulModel(rows, columns, depth) : path, options);
  feeds = work === 'matmul' ? { a: random([rows, depth]), b: random([depth, columns]) } : { [session.inputNames[0]]: random(dims) };
  results = await session.run(feeds);
  const elements = Object.values(results).reduce((sum, result) => sum + result.size, 0);
  await seconds(2);
  return { variant: '', facts: { elements } };
}

async function seconds(count) {
  const began = process.hrtime.bigint();
  for (let i = 0; i < count; i++) await session.run(feeds, results);
  return Number(process.hrtime.bigint() - began) / 1e9;
}

async function answer({ do: what, ...request }) {
  switch (what) {
    case 'about': return { name: `ONNX Runtime ${ort.env.versions.node ?? ort.env.versions.common}` };
    case 'prepare': return prepare(request);
    case 'run': return { seconds: await seconds(request.count) };
    // What resourceUsage says of a process begins with what its parent held.
    case 'memory': return { bytes: 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) };
    default: throw new Error(`unknown request ${what}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + '\n');
}
