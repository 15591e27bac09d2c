// Lacewing and onnxruntime-web on the same network and values, side by side. Runs in a page and in Node; what differs there is handed in.

const ALLOWED = 1e-4, DEPENDENCE = 5e-4, SMALL = 1e-3;

/**
 * The first inference comes before anything else has compiled the network or made the engine compile in the background: straight after loading, from files that are in memory.
 *
 * @param engines.Lacewing of lacewing.js; engines.ort of onnxruntime-web, its `env` set
 * @param engines.bytes from a file's name to its bytes
 * @param config {threads, turn, untimedMs, warmUpMs, runs}
 * @returns times in milliseconds and sizes in bytes; an exception if the outputs differ
 */
export async function measure({Lacewing, ort, bytes}, {threads, turn, untimedMs, warmUpMs, runs}) {
  const {manifest, folder, files} = await exported(bytes, threads);
  const inputs = [noise, ramp].map(values => manifest.inputs.map(({shape}) => values(shape.reduce((a, b) => a * b, 1))));
  const start = performance.now();
  const net = await Lacewing.load(name => files.get(name) ?? bytes('net/' + name), {threads});
  const loadMs = performance.now() - start;
  const ours = inputs.map(arrays => () => net.run(Object.fromEntries(net.inputs.map(({name}, i) => [name, arrays[i]]))));
  const firstMs = await time(ours[0]);
  const {variant} = net, module = files.get(folder + manifest.modules[variant].file);
  const compileMs = await time(() => WebAssembly.compile(asAnother(module)));
  const report = {variant, threads: net.threads, note: net.threadsNote, loadMs, firstMs, compileMs, moduleBytes: module.length, weightBytes: manifest.weights.bytes};
  if (net.threads !== threads) return report;
  // After a run its threads would go on spinning, on the processors that the other engine is measured on.
  const extra = {session: {force_spinning_stop: '1'}};
  const session = await ort.InferenceSession.create(await bytes('model.onnx'), {executionProviders: ['wasm'], graphOptimizationLevel: 'all', extra});
  const theirs = inputs.map(arrays => {
    const feeds = Object.fromEntries(session.inputNames.map((name, i) => [name, new ort.Tensor('float32', arrays[i], net.inputs[i].shape)]));
    return () => session.run(feeds);
  });
  report.difference = await compared(net, session, ours, theirs);
  for (const run of [ours[0], theirs[0]]) for (const end = performance.now() + warmUpMs; performance.now() < end;) await run();
  report.ours = [];
  report.theirs = [];
  for (let turns = 0; report.ours.length < runs; turns++) {
    const order = [[ours[0], report.ours], [theirs[0], report.theirs]];
    for (const [run, times] of turns % 2 ? order.reverse() : order) {
      for (const end = performance.now() + untimedMs; performance.now() < end;) await run();
      for (let i = 0; i < turn && times.length < runs; i++) times.push(await time(run));
    }
  }
  net.close();
  return report;
}

/** The files of the network for so many threads, by their names for `Lacewing.load`. */
async function exported(bytes, threads) {
  const files = new Map(), add = async name => files.set(name, await bytes('net/' + name)).get(name);
  const parsed = async name => JSON.parse(new TextDecoder().decode(await add(name)));
  const first = await parsed('manifest.json'), folder = threads > 1 && first.threads ? first.threads.folder : '';
  const manifest = folder ? await parsed(folder + 'manifest.json') : first;
  for (const {file} of [manifest.weights, ...Object.values(manifest.modules)]) await add(folder + file);
  return {manifest, folder, files};
}

/** The same module with an empty section at its end: engines remember what they have compiled of the same bytes. */
function asAnother(module) { return new Uint8Array([...module, 0, 2, 1, 120]); }

async function time(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The largest difference as a share of the largest value of the same output, on both inputs. */
async function compared(net, session, ours, theirs) {
  const values = {ours: [], theirs: []};
  for (let i = 0; i < ours.length; i++) {
    const result = await ours[i](), other = await theirs[i]();
    values.ours.push(net.outputs.map(({name}) => result[name].data.slice()));
    values.theirs.push(session.outputNames.map(name => other[name].data.slice()));
  }
  const worst = Math.max(...ours.map((_, i) => Math.max(...values.ours[i].map((output, o) => share(output, values.theirs[i][o])))));
  if (!(worst <= ALLOWED)) throw new Error(`the outputs differ from onnxruntime-web's by ${worst.toExponential(2)} of the largest; nothing was timed`);
  const between = values.ours[0].map((output, o) => share(output, values.ours[1][o]));
  if (between.includes(0) || Math.max(...between) < DEPENDENCE) throw new Error('the outputs hardly depend on the input: to compare them would show nothing');
  return worst;
}

function share(a, b) {
  if (a.length !== b.length) return Infinity;
  let difference = 0, largest = SMALL;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    difference = d <= difference ? difference : Number.isNaN(d) ? Infinity : d;
    largest = Math.max(largest, Math.abs(b[i]));
  }
  return difference / largest;
}

/** Standard normal, the same each time. */
function noise(length) {
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0, (state + 0.5) / 2 ** 32);
  return Float32Array.from({length}, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}

const ramp = length => Float32Array.from({length}, (_, i) => i / length);
