// Runs kernels for the tests: a request at a time from the standard input, its answer to the standard output; all numbers are 32-bit and little-endian.
// Request: the module's length, the number of regions of memory, the module, then of each region its address, its length and its bytes; layer0 is called.
// Answer: 0 and the regions' bytes as they are now, or the length of a message and the message. The memory has 4 GB, so that any address will do.
import { readSync, writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

// Node 20 has relaxed SIMD behind a flag; a module of one such instruction says whether that is so.
const relaxed = Buffer.from('0061736d01000000010401600000030201000a140112004100fd114100fd114100fd11fd85021a0b', 'hex');
if (!WebAssembly.validate(relaxed)) setFlagsFromString('--experimental-wasm-relaxed-simd');

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

function write(bytes) { for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at); }

const number = () => read(4).readUInt32LE();
const four = value => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };

for (;;) {
  const length = number(), count = number(), module = read(length), regions = [];
  for (let i = 0; i < count; i++) {
    const address = number(), size = number();
    const region = new Uint8Array(memory.buffer, address, size);
    region.set(read(size));
    regions.push(region);
  }
  try {
    new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } }).exports.layer0();
    write(Buffer.concat([four(0), ...regions]));
  } catch (e) {
    const message = Buffer.from(String(e));
    write(Buffer.concat([four(message.length), message]));
  }
}
