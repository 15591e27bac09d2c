// What an exported network answers, and what it says when something is wrong. Argument: a folder with a network of one 3x32x32 picture and 10 classes, labels a to j.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.argv[2];
const { Lacewing, LacewingError, features } = await import(pathToFileURL(join(folder, 'lacewing.js')));
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

const layers = await net.profile({ runs: 3 });
assert.ok(layers.length > 20 && layers.every((l) => l.ms >= 0 && l.name && l.op && l.kernel));
assert.ok(layers.reduce((sum, l) => sum + l.ms, 0) > 0);
assert.deepEqual((await net.run(input)).data, result.data);

// mistakes
await fails(() => net.run(new Float32Array(5)), '1x3x32x32', '3072', '5');
await fails(() => net.run('cat.png'), 'ImageData', 'string');
await fails(() => net.run({ data: new Uint8Array(3), width: 8, height: 8 }), '8x8', '256');
await fails(() => Lacewing.load(folder, { variant: 'quantum' }), 'quantum', 'scalar');
await fails(() => Lacewing.load(join(folder, 'nowhere')), 'nowhere', 'lacewing export');
await fails(() => Lacewing.load(7), 'number');
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
await changed((copy) => writeFileSync(join(copy, 'manifest.json'), '<html>'), (copy) => fails(() => Lacewing.load(copy), 'not JSON'));
console.log('ok');
process.exit(0);
