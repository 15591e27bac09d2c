// Compiled, not run: what lacewing.d.ts says of calls that work, and of some that do not.
import { Lacewing, LacewingError, features, preprocess, type Input, type LayerTime, type Output, type Score, type Variant } from '@me/my-network';

const controller = new AbortController();
const net = await Lacewing.load(new URL('https://example.org/net/'), { threads: 'all', signal: controller.signal, onProgress: ({ loaded, total }) => loaded / total });
await Lacewing.load();
await Lacewing.load(async (file: string) => new Uint8Array(file.length), { threads: 2, variant: 'simd' });

const pixels = { data: new Uint8ClampedArray(4), width: 1, height: 1 };
const inputs: Input[] = [new Float32Array(3), [1, 2, 3] as const, new Uint8Array(3), pixels, new Image(), document.createElement('video'), { x: [1, 2], y: new Float64Array(2), z: pixels }];
for (const input of inputs) {
  const result = await net.run(input), { data, shape } = result, named: Output = result['y'];
  const sum: number = data[0] + shape[0] + named.data[0];
  const top: Score[] = net.top(3, result);
  console.log(sum, top[0].label);
}
const times: LayerTime[] = await net.profile({ runs: 5, input: new Float32Array(3) }), variants: Variant[] = features();
if (net.preprocessing) net.preprocessing.mean = [0];
const values: Float32Array = preprocess(await createImageBitmap(new Blob()), net.preprocessing!, 3, 32, 32);
console.log(times[0].ms, variants, values, net.threadsNote, new LacewingError('').message);
net.close();

// @ts-expect-error: neither numbers nor a picture
await net.run('cat.png');
// @ts-expect-error: the numbers of JavaScript do not hold these
await net.run(new BigInt64Array(3));
// @ts-expect-error: made by load
new Lacewing();
// @ts-expect-error: not for users
net.manifest;
// @ts-expect-error: no such choice
await Lacewing.load('', { threads: 'some' });
