// What an exported network answers, and what it says when something is wrong. Argument: a folder with a network of one 3x32x32 picture and 10 classes, labels a to j, and the same for two threads.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.argv[2];
const { Lacewing, LacewingError, features, preprocess } = await import(pathToFileURL(join(folder, 'lacewing.js')));
const input = Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => Math.sin(i));

async function fails(action, ...words) {
  await assert.rejects(action, (e) => {
    assert.ok(e instanceof LacewingError, String(e.stack));
    for (const word of words) assert.ok(e.message.includes(word), `${e.message} lacks ${word}`);
    return true;
  });
}

/** A copy of the folder in which something is changed. */
async function changed(change, test) {
  const copy = join(mkdtempSync(join(tmpdir(), 'lacewing-')), 'net');
  try {
    cpSync(folder, copy, { recursive: true });
    change(copy);
    await test(copy);
  } finally {
    rmSync(join(copy, '..'), { recursive: true });
  }
}

// loading
assert.equal(features().at(-1), 'scalar');
const steps = [], net = await Lacewing.load(folder, { onProgress: (p) => steps.push(p) });
assert.equal(net.variant, features()[0]);
assert.equal(steps[0].loaded, 0);
assert.equal(steps.at(-1).loaded, steps.at(-1).total);
assert.equal(net.bytes, steps.at(-1).total);
const byUrl = await Lacewing.load(pathToFileURL(folder)), byDefault = await Lacewing.load(), byFunction = await Lacewing.load((file) => readFileSync(join(folder, file)));

// running
assert.deepEqual(net.inputs[0].shape, [1, 3, 32, 32]);
const result = await net.run(input), [{ name }] = net.outputs;
assert.deepEqual(result[name].shape, [1, 10]);
assert.equal(result.data, result[name].data);
assert.deepEqual(Object.keys(result), [name]);
for (const other of [byUrl, byDefault, byFunction]) assert.deepEqual((await other.run({ [net.inputs[0].name]: input })).data, result.data);
assert.deepEqual((await net.run(Array.from(input))).data, result.data);

const top = net.top(3);
assert.equal(top.length, 3);
assert.equal(top[0].score, Math.max(...result.data));
assert.equal(top[0].label, 'abcdefghij'[top[0].index]);
assert.ok(top[0].probability >= top[1].probability && top[0].probability <= 1);
assert.ok(Math.abs(net.top(10).reduce((sum, t) => sum + t.probability, 0) - 1) < 1e-6);

// calls that overlap, with values and with pictures
const other = input.map((v) => -v), picture = (seed) => ({ data: Uint8Array.from({ length: 4 * 40 * 40 }, (_, i) => i * seed), width: 40, height: 40 });
const inputs = [input, other, picture(7), picture(11)], alone = [];
for (const one of inputs) alone.push((await net.run(one)).data);
assert.notDeepEqual(alone[2], alone[3]);
const profiled = net.profile({ runs: 30, input });
assert.deepEqual((await Promise.all(inputs.map((one) => net.run(one)))).map((r) => r.data), alone);
await profiled;

const layers = await net.profile({ runs: 3 });
assert.ok(layers.length > 20 && layers.every((l) => l.ms >= 0 && l.name && l.op && l.kernel));
assert.ok(layers.reduce((sum, l) => sum + l.ms, 0) > 0);
assert.deepEqual((await net.run(input)).data, result.data);

// mistakes
await fails(() => net.run(new Float32Array(5)), '1x3x32x32', '3072', '5');
await fails(() => net.run('cat.png'), 'ImageData', 'string');
await fails(() => net.run({ data: new Uint8Array(3), width: 8, height: 8 }), '8x8', '256');
await fails(async () => preprocess(picture(7), null, 3, 32, 32), 'net.preprocessing', 'null');
await fails(() => Lacewing.load(folder, { variant: 'quantum' }), 'quantum', 'scalar');
await fails(() => Lacewing.load(join(folder, 'nowhere')), 'nowhere', 'lacewing export');
await fails(() => Lacewing.load(7), 'number');
await fails(() => Lacewing.load((file) => { throw new Error(`no ${file} today`); }), 'no manifest.json today');
await fails(() => Lacewing.load((file) => file === 'weights.bin' ? Promise.reject(undefined) : readFileSync(join(folder, file))), 'weights.bin');
await fails(() => Lacewing.load('http://['), 'http://[');
await fails(() => net.run(new BigInt64Array(3072)), 'BigInt64Array');
await fails(() => net.run(Array.from(input, String)), 'value 0', 'string');
await fails(() => net.run(Object.assign(Array.from(input), { length: 0 }, { length: 3072 })), 'value 0', 'undefined');
for (const [width, height] of [[2.5, 4], [-1, -10]]) await fails(() => net.run({ data: new Uint8Array(40), width, height }), 'whole numbers', String(width));
for (const k of [-1, 0, 'x', 1.5]) await fails(async () => net.top(k), 'k: expected');
await fails(async () => net.top(3, {}), 'what run() gave');
for (const runs of [0, -1, NaN]) await fails(() => net.profile({ runs }), 'runs: expected', String(runs));
for (const threads of ['2', NaN, 0]) await fails(() => Lacewing.load(folder, { threads }), 'threads: expected');
await fails(() => Lacewing.load(join(folder, 'threads')), 'several threads');
assert.equal((await Lacewing.load(folder, null)).threads, 1);
const closed = await Lacewing.load(folder);
closed.close();
await fails(() => closed.run(input), 'closed');

await changed((copy) => truncateSync(join(copy, 'weights.bin'), 1000), (copy) => fails(() => Lacewing.load(copy), 'weights.bin', '1000', 'incomplete'));
await changed((copy) => {
  const weights = readFileSync(join(copy, 'weights.bin'));
  weights[weights.length >> 1] ^= 1;
  writeFileSync(join(copy, 'weights.bin'), weights);
}, (copy) => fails(() => Lacewing.load(copy), 'weights.bin', 'SHA-256'));
await changed((copy) => writeFileSync(join(copy, 'manifest.json'), '{"format": 99}'), (copy) => fails(() => Lacewing.load(copy), '99', 'one export'));
await changed((copy) => writeFileSync(join(copy, 'manifest.json'), '<html>'), (copy) => fails(() => Lacewing.load(copy), join(copy, 'manifest.json'), 'not JSON'));
await changed((copy) => writeFileSync(join(copy, 'manifest.json'), 'null'), (copy) => fails(() => Lacewing.load(copy), 'undefined', 'one export'));
await changed((copy) => writeFileSync(join(copy, 'manifest.json'), '{"format": 1}'), (copy) => fails(() => Lacewing.load(copy), 'lacks', 'inputs', 'weights'));

// names of inputs and outputs
const renamed = (change) => (copy) => {
  const manifest = JSON.parse(readFileSync(join(copy, 'manifest.json')));
  change(manifest);
  writeFileSync(join(copy, 'manifest.json'), JSON.stringify(manifest));
};
for (const name of ['data', 'width'])
  await changed(renamed((m) => { m.inputs[0].name = name; }), async (copy) => {
    const net = await Lacewing.load(copy);
    assert.deepEqual((await net.run(picture(7))).data, alone[2]);
    assert.deepEqual((await net.run({ [name]: input })).data, alone[0]);
  });
await changed(renamed((m) => { m.outputs.push({ ...m.outputs[0], name: 'more' }); }), async (copy) => {
  const result = await (await Lacewing.load(copy)).run(input);
  assert.deepEqual(result.more.data, alone[0]);
  assert.throws(() => result.data, (e) => e instanceof LacewingError && e.message.includes('more'));
});

// outputs that are no scores
for (const shape of [[2, 5], [1, 1, 2, 5]])
  await changed(renamed((m) => { m.outputs[0].shape = shape; }), async (copy) => {
    const net = await Lacewing.load(copy);
    assert.equal((await net.run(input)).data.length, 10);
    await fails(async () => net.top(), shape.join('x'), '.data');
  });

// signals
for (const source of [folder, (file) => readFileSync(join(folder, file))]) {
  const isAbort = (e) => e.name === 'AbortError';
  await assert.rejects(() => Lacewing.load(source, { signal: AbortSignal.abort() }), isAbort);
  const later = new AbortController();
  await assert.rejects(() => Lacewing.load(source, { signal: later.signal, onProgress: () => later.abort() }), isAbort);
}

// servers
const requests = [];
let answer = () => false;
const server = createServer((request, response) => {
  requests.push([request.url, request.headers['cache-control']]);
  if (answer(request, response)) return;
  const file = readFileSync(join(folder, request.url));
  response.writeHead(200, { 'Content-Length': file.length, 'Content-Type': request.url.endsWith('.wasm') ? 'application/wasm; charset=utf-8' : 'text/plain' }).end(file);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${server.address().port}/`;
assert.deepEqual((await (await Lacewing.load(address)).run(input)).data, alone[0]);

for (const stale of ['weights.bin', `${net.variant}.wasm`]) {   // once a cache gives a file of another export
  let first = true, steps = [];
  answer = ({ url }, response) => url === `/${stale}` && first && (first = false, response.writeHead(200).end(Buffer.alloc(1000)), true);
  requests.length = 0;
  assert.deepEqual((await (await Lacewing.load(address, { onProgress: (p) => steps.push(p) })).run(input)).data, alone[0]);
  assert.deepEqual(requests.filter(([url]) => url === `/${stale}`).map(([, cache]) => cache), [undefined, 'no-cache']);
  assert.equal(steps.at(-1).loaded, steps.at(-1).total);
}
answer = ({ url }, response) => {   // damaged, and not only in a cache
  if (url !== `/${net.variant}.wasm`) return false;
  const file = readFileSync(join(folder, url));
  file[file.length >> 1] ^= 1;
  return response.writeHead(200, { 'Content-Type': 'application/wasm' }).end(file);
};
await fails(() => Lacewing.load(address), `${net.variant}.wasm`, 'SHA-256');
answer = ({ url }, response) => {   // the connection is lost
  if (url !== '/weights.bin') return false;
  response.writeHead(200, { 'Content-Length': 100000 }).write('half');
  return setTimeout(() => response.destroy(), 50);
};
await fails(() => Lacewing.load(address), 'cannot fetch', 'weights.bin');
const abort = new AbortController();
answer = () => abort.abort(new Error('no longer wanted'));
await assert.rejects(() => Lacewing.load(address, { signal: abort.signal }), /no longer wanted/);
server.close();
server.closeAllConnections();
await fails(() => Lacewing.load(address), 'cannot fetch', 'manifest.json', 'is the server there');

// threads
const workers = createRequire(import.meta.url)('node:worker_threads'), { Worker } = workers, started = [];
let broken = {}, before = '';
workers.Worker = class extends Worker {
  constructor(code, options) {
    super(before + code, { ...options, workerData: { ...options.workerData, ...broken } });
    started.push(this);
  }
};
syncBuiltinESMExports();
const single = await Lacewing.load(folder, { threads: 'all' });
assert.equal(single.threads, 2);
const near = (a, b) => assert.ok(a.every((v, i) => Math.abs(v - b[i]) <= 1e-4 * (1 + Math.abs(b[i]))));
(await Promise.all(inputs.map((one) => single.run(one)))).forEach((r, i) => near(r.data, alone[i]));
const ended = new Promise((resolve) => started[0].once('exit', resolve));
await started[0].terminate();
await ended;
await fails(() => single.run(input), 'threads are broken', 'load it again');

const silent = await Lacewing.load(folder, { threads: 2 });
started[1].terminate();   // nobody hears of it before the run
await fails(() => silent.run(input), 'does not answer', 'load it again');
await fails(() => silent.profile({ runs: 1 }), 'load it again');

// a machine that sleeps while one thread waits for the other, which is a tenth of a second late
before = 'const { wait } = Atomics; Atomics.wait = (...all) => { wait(...all); wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100); };';
const late = await Lacewing.load(folder, { threads: 2 }), { now } = performance;
let looks = 0;
performance.now = () => now.call(performance) + (++looks > 3 ? 1e6 : 0);
near((await late.run(input)).data, alone[0]);
assert.ok(looks > 3, `${looks} looks at the clock`);
performance.now = now;
late.close();
before = '';

// memory that cannot be shared
const { Memory } = WebAssembly;
WebAssembly.Memory = class extends Memory {
  constructor(wanted) {
    if (wanted.shared) throw new RangeError('could not allocate memory');
    super(wanted);
  }
};
const unshared = await Lacewing.load(folder, { threads: 2 });
WebAssembly.Memory = Memory;
assert.equal(unshared.threads, 1);
assert.match(unshared.threadsNote, /one thread instead of 2: cannot allocate .* memory/);
assert.deepEqual((await unshared.run(input)).data, alone[0]);

broken = { memory: null };
const without = await Lacewing.load(folder, { threads: 2 });
assert.equal(without.threads, 1);
assert.ok(without.threadsNote.includes('no worker can be started'), without.threadsNote);
near((await without.run(input)).data, alone[0]);
assert.equal((await without.profile({ runs: 1 })).length, layers.length);

// an engine without WebAssembly
const { WebAssembly: kept } = globalThis;
delete globalThis.WebAssembly;
await fails(() => Lacewing.load(folder), 'no WebAssembly');
assert.deepEqual(features(), []);
globalThis.WebAssembly = kept;
console.log('ok');
process.exit(0);
