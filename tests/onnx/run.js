// Runs ONNX models for the tests: each line on standard input is a request
//   {"model": "model.onnx", "dims": [1, 3, 8, 8], "data": "<float32, base64>"}
// and is answered by one line on standard output, {"dims": [...], "data": "..."} or {"error": "..."}.
import { createInterface } from 'node:readline';
import ort from 'onnxruntime-node';

const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 };
const sessions = new Map();

async function answer(request) {
  if (!sessions.has(request.model)) sessions.set(request.model, await ort.InferenceSession.create(request.model, options));
  const bytes = Uint8Array.from(Buffer.from(request.data, 'base64'));
  const input = new ort.Tensor('float32', new Float32Array(bytes.buffer), request.dims);
  const { output } = await sessions.get(request.model).run({ input });
  const data = Buffer.from(output.data.buffer, output.data.byteOffset, output.data.byteLength).toString('base64');
  return { dims: output.dims.map(Number), data };
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = await answer(JSON.parse(line));
  } catch (fault) {
    reply = { error: String(fault.message ?? fault) };
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
}
