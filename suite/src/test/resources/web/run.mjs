// Runs exported networks for the tests. A line of the standard input is a JSON object: a folder, a variant of the module and a factor on the first run's input.
// The folder has in.bin, the inputs one after another. Writes out.bin, the outputs, and answers with a line of JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const floats = (file) => new Float32Array(Uint8Array.from(readFileSync(file)).buffer);

async function run({ folder, runtime, variant, threads }) {
  const { Lacewing } = await import(pathToFileURL(runtime));
  const net = await Lacewing.load(folder, { variant, threads });
  const all = floats(folder + '/in.bin'), inputs = {}, noise = {};
  let at = 0;
  for (const { name, shape } of net.inputs) {
    const size = shape.reduce((a, b) => a * b, 1);
    inputs[name] = all.subarray(at, at += size);
    noise[name] = new Float32Array(size).fill(NaN);   // what a run leaves in memory must not show in the next
  }
  await net.run(noise);
  const result = await net.run(inputs);
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
