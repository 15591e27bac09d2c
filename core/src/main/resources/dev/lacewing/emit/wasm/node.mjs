// Runs kernels in Node: a request at a time from the standard input, its answer to the standard output; numbers have 32 bits and are little-endian.
// Arguments: texts of modules to be imported in turn. The last exports `answer`: from layer0 and the regions of memory, arrays of bytes, to a list of arrays of bytes.
// First of all Node's version is written: its length and its characters. Request: the module's length, the number of regions, the module, then of each region its address,
// its length and its bytes. Answer: 0, the length of what `answer` gave and that, or the length of a message and the message. The memory has 4 GB, so that any address will do.
import { readSync, writeSync } from 'node:fs';

const memory = new WebAssembly.Memory({ initial: 65536, maximum: 65536 });

function read(length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const count = readSync(0, bytes, at, length - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
  return bytes;
}

function write(...parts) {
  const bytes = Buffer.concat(parts);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

const number = () => read(4).readUInt32LE();
const four = value => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };
const text = value => { const bytes = Buffer.from(value); write(four(bytes.length), bytes); };

let answer;
for (const module of process.argv.slice(1)) ({ answer } = await import('data:text/javascript,' + encodeURIComponent(module)));
text(process.version);
for (;;) {
  const length = number(), count = number(), module = read(length), regions = [];
  for (let i = 0; i < count; i++) {
    const address = number(), size = number(), region = new Uint8Array(memory.buffer, address, size);
    region.set(read(size));
    regions.push(region);
  }
  try {
    const bytes = Buffer.concat(answer(new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } }).exports.layer0, regions));
    write(four(0), four(bytes.length), bytes);
  } catch (e) {
    text(String(e));
  }
}
