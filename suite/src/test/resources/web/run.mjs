// Runs exported networks for the tests. A line of the standard input is a JSON object: a folder, its lacewing.js, a variant of the module, and a picture's size if the
// input is one. The folder has in.bin, the inputs one after another, or the picture's RGBA samples. Writes out.bin, the outputs, and answers with a line of JSON.
import './relaxed-simd.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// Threads are tested for their numbers, not for their speed: also more of them than this machine has processors.
if (globalThis.navigator) Object.defineProperty(navigator, 'hardwareConcurrency', { value: 64 });

const floats = (file) => new Float32Array(Uint8Array.from(readFileSync(file)).buffer);

function arrays(net, file) {
  const all = file && floats(file), inputs = {};
  let at = 0;
  for (const { name, shape } of net.inputs) {
    const size = shape.reduce((a, b) => a * b, 1);
    inputs[name] = all ? all.subarray(at, at += size) : new Float32Array(size).fill(NaN);
  }
  return inputs;
}

async function run({ folder, runtime, variant, threads, picture }) {
  const { Lacewing } = await import(pathToFileURL(runtime));
  const net = await Lacewing.load(folder, { variant, threads });
  const file = folder + '/in.bin';
  await net.run(arrays(net));   // what a run leaves in memory must not show in the next
  const result = await net.run(picture ? { data: new Uint8Array(readFileSync(file)), ...picture } : arrays(net, file));
  const values = net.outputs.flatMap(({ name }) => Array.from(result[name].data));
  writeFileSync(folder + '/out.bin', new Uint8Array(Float32Array.from(values).buffer));
  net.close();
  return { threads: net.threads, note: net.threadsNote };
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(await run(JSON.parse(line))));
  } catch (e) {
    console.log(JSON.stringify({ error: String(e.stack ?? e) }));
  }
}
process.exit(0);
