// Runs modules in the folders below the one that is given: module.wasm over memory.bin; all layers, each for all threads, then inputs.bin (pairs of an address and a
// word) is written and all layers run again; the words at the addresses in outputs.bin become result.bin, or what went wrong becomes error.txt.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

// Node 20 has relaxed SIMD behind a flag; a module of one such instruction says whether that is so.
const relaxed = Buffer.from('0061736d01000000010401600000030201000a140112004100fd114100fd114100fd11fd85021a0b', 'hex');
if (!WebAssembly.validate(relaxed)) setFlagsFromString('--experimental-wasm-relaxed-simd');

const PAGE = 65536, threads = Number(process.argv[3]);

function words(file) {
  const bytes = readFileSync(file);
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function run(folder) {
  const image = readFileSync(folder + '/memory.bin'), pages = Math.ceil(image.length / PAGE);
  const memory = new WebAssembly.Memory(threads > 1 ? { initial: pages, maximum: pages, shared: true } : { initial: pages });
  new Uint8Array(memory.buffer).set(image);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(folder + '/module.wasm')), { env: { memory } });
  const all = new Uint32Array(memory.buffer), inputs = words(folder + '/inputs.bin');
  const layers = () => { for (let i = 0; exports['layer' + i]; i++) for (let t = 0; t < threads; t++) exports['layer' + i](t); };
  layers();
  for (let i = 0; i < inputs.length; i += 2) all[inputs[i] / 4] = inputs[i + 1];
  layers();
  writeFileSync(folder + '/result.bin', words(folder + '/outputs.bin').map(address => all[address / 4]));
}

for (const name of readdirSync(process.argv[2])) {
  const folder = process.argv[2] + '/' + name;
  if (!existsSync(folder + '/module.wasm')) continue;
  try { run(folder); } catch (e) { writeFileSync(folder + '/error.txt', String(e.stack)); }
}
