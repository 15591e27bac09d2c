// Prints the report; arguments: the configuration and the folder of onnxruntime-web.
import './relaxed-simd.mjs';
import {readFile} from 'node:fs/promises';
import {Lacewing} from './net/lacewing.js';
import {measure} from './measure.js';

const config = JSON.parse(process.argv[2]), here = new URL('./', import.meta.url);
let report;
try {
  const ort = await import(`file://${process.argv[3]}/ort.node.min.mjs`);
  ort.env.wasm.numThreads = config.threads;
  const bytes = async file => new Uint8Array(await readFile(new URL(file, here)));
  report = await measure({Lacewing, ort, bytes}, config);
} catch (error) {
  report = {error: String(error)};
}
console.log(JSON.stringify({...report, engine: `Node ${process.version}`}));
process.exit(0);
