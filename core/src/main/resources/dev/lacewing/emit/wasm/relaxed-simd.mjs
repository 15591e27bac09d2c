// Node 20 has relaxed SIMD behind a flag; a module of one such instruction says whether that is so. To be imported before anything asks what this engine can do.
import { setFlagsFromString } from 'node:v8';

const relaxed = Buffer.from('0061736d01000000010401600000030201000a140112004100fd114100fd114100fd11fd85021a0b', 'hex');
if (!WebAssembly.validate(relaxed)) setFlagsFromString('--experimental-wasm-relaxed-simd');
