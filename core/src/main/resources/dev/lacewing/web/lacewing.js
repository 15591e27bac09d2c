// Runs a network that `lacewing export --target web` wrote: in a page, in a worker and in Node. No dependencies.

const FORMAT = 1;
const HERE = import.meta.url?.split(/[?#]/)[0].replace(/[^/]*$/, '');   // by `new URL('./', ...)` bundlers would think of a file
const MAGIC = 0x5457434c;   // "LCWT"
const REHEARSALS = 10000;   // of each kernel, while the weights are on their way: engines optimise what is called often, and the first run finds that done
const MOST_PIXELS = 1 << 24;   // that every browser's canvas has; larger pictures are drawn smaller
const KEPT_PIXELS = 1 << 20;   // of the canvas that pictures are read with, between two of them

/** Something that went wrong, in one sentence with what to do about it. */
export class LacewingError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = 'LacewingError';
  }
}

/** One network, ready to run. Made by `Lacewing.load`. */
export class Lacewing {
  #manifest;
  #functions;
  #steps;
  #team;
  #floats;
  #last = null;
  #input = null;

  constructor(manifest, parts) {
    this.name = manifest.name;
    this.inputs = manifest.inputs.map(publicPort);
    this.outputs = manifest.outputs.map(publicPort);
    this.labels = manifest.labels ?? [];
    this.preprocessing = manifest.preprocessing ?? null;
    this.layers = manifest.layers;
    this.hasDense = manifest.dense === true;
    this.bytes = parts.bytes;
    this.variant = parts.variant;
    this.threads = parts.team?.threads ?? 1;
    this.threadsNote = parts.threadsNote;
    this.#functions = parts.functions;
    this.#steps = parts.steps;
    this.#team = parts.team;
    this.#floats = new Float32Array(parts.memory.buffer);
    this.#manifest = manifest;
  }

  /**
   * @param source the folder's address (a path in Node), or a function from a file's name to its bytes; by default the folder of this module
   * @param options see lacewing.d.ts
   */
  static async load(source = HERE, options) {
    const { onProgress = () => {}, signal, threads: wanted, variant: wantedVariant } = options ?? {};
    if (typeof WebAssembly === 'undefined') throw new LacewingError('this engine has no WebAssembly: use a browser of 2017 or later, and see that it is not switched off');
    const folder = folderOf(source, signal);
    const first = parse(await folder.bytes('manifest.json'), folder);
    let { threads, note } = howManyThreads(wanted, first), manifest = first, prefix = '', memory = null;
    if (threads > 1) {
      const shared = parse(await folder.bytes(first.threads.folder + 'manifest.json'), folder);
      try {
        memory = allocate(shared.memory.pages, true);
        manifest = shared;
        prefix = first.threads.folder;
      } catch (e) {
        note = `one thread instead of ${threads}: ${e.message}`;
        threads = 1;
      }
    }
    memory ??= allocate(manifest.memory.pages, false);
    const variant = chooseVariant(wantedVariant, manifest);
    const module = { ...manifest.modules[variant], file: prefix + manifest.modules[variant].file };
    const stored = { ...manifest.weights, file: prefix + manifest.weights.file };
    const total = module.bytes + stored.bytes;
    const arrived = { [module.file]: 0, [stored.file]: 0 };
    const progress = (file) => (bytes) => {
      arrived[file] = bytes;
      onProgress({ file, loaded: arrived[module.file] + arrived[stored.file], total });
    };
    onProgress({ file: 'manifest.json', loaded: 0, total });
    const steps = manifest.steps ?? manifest.layers.map((_, i) => i);
    const prepared = async () => {
      const compiled = await compile(await folder.bytes(module.file, module, progress(module.file)), module.file), { exports } = await WebAssembly.instantiate(compiled, { env: { memory } });
      const functions = steps.map((_, i) => exports['layer' + i]);
      if (functions.some((f) => !f)) throw new LacewingError(`${module.file} does not belong to ${prefix}manifest.json: export the network again`);
      exports.rehearse(REHEARSALS);
      return { compiled, functions };
    };
    const [{ compiled, functions: own }, weights] = await Promise.all([prepared(), folder.bytes(stored.file, stored, progress(stored.file))]);
    signal?.throwIfAborted();
    expand(weights, memory.buffer, stored.file);
    let functions = own, team = null;
    if (threads > 1) {
      try {
        team = await Team.start(threads, compiled, memory, functions);
      } catch (e) {
        note = `one thread instead of ${threads}: no worker can be started (${e.message}); allow worker-src blob: in the page's content security policy`;
        functions = functions.map((f) => () => { for (let thread = 0; thread < threads; thread++) f(thread); });
      }
    }
    return new Lacewing({ ...first, ...manifest, dense: first.dense }, { memory, functions, steps, variant, team, bytes: total, threadsNote: note });
  }

  /**
   * Runs the network once.
   *
   * @param input a Float32Array (row-major), a picture, or an object of arrays by the inputs' names
   * @returns each output by its name, as `{ data, shape }`; of a network with one output also `.data` and `.shape`
   */
  async run(input) {
    const values = this.#values(input), arrays = values.some((v) => v instanceof Promise) ? await Promise.all(values) : values;
    this.#input = input;
    // From here on nothing waits: another call that came between would write its input into the same memory.
    this.#execute(arrays);
    return this.#last = this.#results();
  }

  /**
   * Time of each layer, in milliseconds: means over `runs` runs. Browsers' clocks are coarse, so take enough of them.
   *
   * @param options `runs` (50) and `input` (what was last run, or zeros)
   */
  async profile({ runs = 50, input = this.#input } = {}) {
    checkCount('runs', runs);
    const sums = new Float64Array(this.layers.length), arrays = await Promise.all(this.#values(input ?? this.#zeros()));
    for (let r = 0; r < runs + 2; r++) {
      if (r === 2) sums.fill(0);
      let before;
      this.#execute(arrays, (i) => {
        const now = performance.now();
        if (i >= 0) sums[this.#steps[i]] += now - before;
        before = now;
      });
      if (r % 10 === 9) await new Promise((resolve) => setTimeout(resolve));
    }
    return this.layers.map((layer, i) => ({ ...layer, ms: sums[i] / runs }));
  }

  /**
   * The k classes with the highest scores.
   *
   * @param result of `run`; by default the last one
   * @returns `{ index, label, score, probability }`, highest first; scores that are no probabilities already go through a softmax
   */
  top(k = 5, result = this.#last) {
    if (!result) throw new LacewingError('top() needs a result: await net.run(input) first');
    checkCount('k', k);
    const [{ name, shape }] = this.outputs, scores = result[name]?.data;
    if (!isNumbers(scores)) throw new LacewingError(`top() needs what run() gave, with the output ${name}, got ${kindOf(result)}`);
    if (size(shape) !== Math.max(...shape))
      throw new LacewingError(`top() is for one score for each class; the output ${name} has shape ${shape.join('x')}: read its values from result[${JSON.stringify(name)}].data`);
    const probabilities = asProbabilities(scores);
    return Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b).slice(0, k)
      .map((index) => ({ index, label: this.labels[index] ?? `class ${index}`, score: scores[index], probability: probabilities[index] }));
  }

  /** Ends the network's threads, if it has any. It must not be used afterwards. */
  close() {
    this.#team?.close();
    this.#team = null;
    this.#functions = null;
  }

  /** One array for each input, or a promise of it, where a picture has to be read. */
  #values(input) {
    const ports = this.#manifest.inputs, named = isNamed(input, ports);
    if (ports.length > 1 && !named) throw new LacewingError(`this network has ${ports.length} inputs: expected an object { ${ports.map((p) => p.name).join(', ')} } of Float32Arrays, got ${kindOf(input)}`);
    const given = ports.map((port) => named ? input[port.name] : input);
    given.forEach((value, i) => { if (isNumbers(value)) checkValues(value, ports[i]); });
    return given.map((value, i) => isNumbers(value) ? value : this.#picture(value, ports[i]));
  }

  async #picture(image, port) {
    const [n, c, h, w] = port.shape;
    if (port.shape.length !== 4 || n !== 1 || (c !== 3 && c !== 1) || !this.preprocessing)
      throw new LacewingError(`input ${port.name} has shape ${port.shape.join('x')}: expected a Float32Array of ${size(port.shape)} values, got ${kindOf(image)}`);
    if (typeof image?.decode === 'function' && !image.complete) await decoded(image);
    return preprocess(image, this.preprocessing, c, h, w);
  }

  /** `passed` is called with -1 when it begins, and with the index of each step after it. */
  #execute(arrays, passed) {
    if (!this.#functions) throw new LacewingError('this network is closed: load it again');
    this.#manifest.inputs.forEach((port, i) => this.#write(port, arrays[i]));
    passed?.(-1);
    if (this.#team) this.#team.run(passed);
    else this.#functions.forEach((f, i) => {
      f();
      passed?.(i);
    });
  }

  #zeros() { return Object.fromEntries(this.inputs.map((p) => [p.name, new Float32Array(size(p.shape))])); }

  #write(port, values) {
    const memory = this.#floats, { offset, planes, rows, run, planePitch, rowPitch } = port;
    for (let p = 0, from = 0; p < planes; p++) {
      for (let y = 0, to = offset + p * planePitch; y < rows; y++, to += rowPitch, from += run) {
        if (run < 16) for (let x = 0; x < run; x++) memory[to + x] = values[from + x];
        else memory.set(typeof values.subarray === 'function' ? values.subarray(from, from + run) : values.slice(from, from + run), to);
      }
    }
  }

  #read(port) {
    const memory = this.#floats, { offset, planes, rows, run, planePitch, rowPitch } = port;
    const values = new Float32Array(size(port.shape));
    for (let p = 0, to = 0; p < planes; p++) {
      for (let y = 0, from = offset + p * planePitch; y < rows; y++, from += rowPitch, to += run) {
        if (run < 16) for (let x = 0; x < run; x++) values[to + x] = memory[from + x];
        else values.set(memory.subarray(from, from + run), to);
      }
    }
    return values;
  }

  #results() {
    const result = {};
    for (const port of this.#manifest.outputs) result[port.name] = { data: this.#read(port), shape: [...port.shape] };
    const [only, ...others] = this.#manifest.outputs.map(({ name }) => name);
    for (const member of ['data', 'shape']) {
      const get = () => {
        if (others.length) throw new LacewingError(`this network has ${others.length + 1} outputs: read result[name].${member}, name being one of ${[only, ...others].join(', ')}`);
        return result[only][member];
      };
      if (!Object.hasOwn(result, member)) Object.defineProperty(result, member, { get });
    }
    return result;
  }
}

function publicPort(port) { return { name: port.name, shape: [...port.shape] }; }

function size(shape) { return shape.reduce((a, b) => a * b, 1); }

function isNumbers(value) { return Array.isArray(value) || ArrayBuffer.isView(value) && !(value instanceof DataView) && typeof value[0] !== 'bigint'; }

/** Pictures have a member `data`, which may also be the name of an input. */
function isNamed(value, ports) {
  return value !== null && typeof value === 'object' && !isNumbers(value) && !(typeof value.width === 'number' && typeof value.height === 'number') && ports.every((p) => Object.hasOwn(value, p.name));
}

function checkCount(what, value) {
  if (!Number.isSafeInteger(value) || value < 1) throw new LacewingError(`${what}: expected a whole number from 1 on, got ${typeof value === 'number' ? value : kindOf(value)}`);
}

function checkValues(values, port) {
  if (values.length !== size(port.shape)) throw new LacewingError(`input ${port.name} has shape ${port.shape.join('x')} and needs ${size(port.shape)} values, got ${values.length}`);
  const wrong = Array.isArray(values) ? values.findIndex((value) => typeof value !== 'number') : -1;
  if (wrong >= 0) throw new LacewingError(`input ${port.name} needs numbers: its value ${wrong} is ${kindOf(values[wrong])}`);
}

function kindOf(value) { return value === null ? 'null' : typeof value === 'object' ? value.constructor?.name ?? 'an object' : typeof value; }

function asProbabilities(scores) {
  let sum = 0, least = Infinity, most = -Infinity;
  for (const s of scores) {
    sum += s;
    least = Math.min(least, s);
    most = Math.max(most, s);
  }
  if (least >= 0 && Math.abs(sum - 1) < 1e-3) return scores;
  const powers = Float64Array.from(scores, (s) => Math.exp(s - most)), all = powers.reduce((a, b) => a + b, 0);
  return powers.map((p) => p / all);
}

// ---------------------------------------------------------------------------------------------------------------- files

function isNode() { return typeof process !== 'undefined' && Boolean(process.versions?.node) && typeof document === 'undefined'; }

/** Where the network's files come from: its `name`, which ends in a slash or is empty, and `bytes(file, expected, progress)`. */
function folderOf(source, signal) {
  if (typeof source === 'function') return memoryFolder(source, signal);
  if (typeof source !== 'string' && !(source instanceof URL)) throw new LacewingError(`expected the address of an exported folder, got ${kindOf(source)}`);
  let address = String(source);
  if (!address.endsWith('/')) address += '/';
  const isWeb = /^(https?|data|blob):/.test(address);
  if (isNode() && !isWeb) return nodeFolder(address, signal);
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    address = new URL(address, base);
  } catch (e) {
    throw new LacewingError(`expected the address of an exported folder, got '${source}'${/^(blob|data):/.test(base) ? '; a worker without an address of its own needs a complete one: https://...' : ''}`, { cause: e });
  }
  return webFolder(address, signal);
}

function memoryFolder(read, signal, name = '') {
  const content = async (file) => {
    try {
      return new Uint8Array(await read(file));
    } catch (e) {
      signal?.throwIfAborted();
      if (e instanceof LacewingError) throw e;
      throw new LacewingError(`the function that was given to load() does not give ${file}: ${e?.message ?? e}`, { cause: e });
    }
  };
  const bytes = async (file, expected, progress = () => {}) => {
    signal?.throwIfAborted();
    const all = await content(file);
    signal?.throwIfAborted();
    if (expected) await check(all, file, expected);
    progress(all.length);
    return all;
  };
  return { name, bytes };
}

function nodeFolder(address, signal) {
  const fs = 'node:fs/promises', url = 'node:url';   // not literal, so that bundlers for browsers leave the import alone
  return memoryFolder(async (file) => {
    const { readFile } = await import(/* @vite-ignore */ /* webpackIgnore: true */ fs);
    const { fileURLToPath } = await import(/* @vite-ignore */ /* webpackIgnore: true */ url);
    const path = (address.startsWith('file:') ? fileURLToPath(address) : address) + file;
    try {
      return await readFile(path);
    } catch (e) {
      throw new LacewingError(`cannot read ${path} (${e.code ?? e.message}): expected a folder written by lacewing export --target web`, { cause: e });
    }
  }, signal, address);
}

async function compile(bytes, file) {
  try {
    return await WebAssembly.compile(bytes);
  } catch (e) {
    if (!(e instanceof WebAssembly.CompileError)) throw e;
    throw new LacewingError(`${file} cannot be compiled (${e.message}): if this page has a content security policy, add 'wasm-unsafe-eval' to its script-src`, { cause: e });
  }
}

function webFolder(base, signal) {
  const fetched = async (file, cache, integrity, read) => {
    const url = new URL(file, base);
    try {
      const response = await fetch(url, { signal, cache, ...(integrity && { integrity: 'sha256-' + base64(integrity) }) });
      if (!response.ok) throw new LacewingError(`cannot fetch ${url}: the server answers ${response.status}; is this the folder that lacewing export wrote?`);
      return await read(response);
    } catch (e) {
      signal?.throwIfAborted();
      if (e instanceof LacewingError) throw e;
      throw new LacewingError(`cannot fetch ${url}: ${e.message}; is the server there, does it allow this page (CORS), and is the file complete and unchanged?`, { cause: e });
    }
  };
  const canDigest = Boolean(globalThis.crypto?.subtle);
  const content = (file, cache, expected, progress) => fetched(file, cache, canDigest ? undefined : expected?.sha256, async (response) => {
    const all = await download(response, expected?.bytes, progress);
    if (expected && canDigest) await check(all, file, expected);
    return all;
  });
  // What a cache keeps may be of an earlier export: the manifest is asked for anew, and what does not match it once more, past all caches.
  const bytes = async (file, expected, progress = () => {}) => {
    if (!expected) return content(file, 'no-cache', expected, progress);
    try {
      return await content(file, 'default', expected, progress);
    } catch (e) {
      signal?.throwIfAborted();
      return content(file, 'reload', expected, progress);
    }
  };
  return { name: base.href, bytes };
}

async function download(response, expected, progress) {
  if (!response.body || !expected) {
    const all = new Uint8Array(await response.arrayBuffer());
    progress(all.length);
    return all;
  }
  const content = new Uint8Array(expected), reader = response.body.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > expected) throw new LacewingError(`${response.url} is longer than manifest.json says (${expected} bytes): it is of another export; clear the cache or export again`);
    content.set(value, at);
    at += value.length;
    progress(at);
  }
  return content.subarray(0, at);
}

async function check(content, file, expected) {
  if (content.length !== expected.bytes)
    throw new LacewingError(`${file} has ${content.length} bytes, manifest.json says ${expected.bytes}: the file is incomplete or of another export; copy the whole folder again`);
  if (!globalThis.crypto?.subtle) return;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  const hex = Array.from(hash, (b) => b.toString(16).padStart(2, '0')).join('');
  if (hex !== expected.sha256) throw new LacewingError(`${file} has the SHA-256 ${hex}, manifest.json says ${expected.sha256}: the file was damaged or changed; copy the whole folder again`);
}

function base64(hex) { return btoa(hex.replace(/../g, (byte) => String.fromCharCode(parseInt(byte, 16)))); }

function parse(bytes, folder) {
  let manifest;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch (e) {
    throw new LacewingError(`${folder.name}manifest.json is not JSON: is this the folder that lacewing export wrote?`, { cause: e });
  }
  if (manifest?.format !== FORMAT)
    throw new LacewingError(`${folder.name}manifest.json is of format ${manifest?.format}, this lacewing.js reads ${FORMAT}: take lacewing.js and the network from one export`);
  const lacking = ['name', 'inputs', 'outputs', 'memory', 'weights', 'modules', 'layers'].filter((member) => !manifest[member]);
  if (lacking.length) throw new LacewingError(`${folder.name}manifest.json lacks ${lacking.join(', ')}: the file is incomplete; copy the whole folder again`);
  return manifest;
}

// ------------------------------------------------------------------------------------------------------------- features

// The smallest modules that use an instruction of each kind: i8x16.popcnt, and i8x16.relaxed_swizzle.
const HEAD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10];
const PROBES = {
  relaxed: [...HEAD, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
  simd: [...HEAD, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
  scalar: [0, 97, 115, 109, 1, 0, 0, 0],
};

/** Which of the three kinds of module this engine can run. */
export function features() { return typeof WebAssembly === 'undefined' ? [] : Object.keys(PROBES).filter((name) => WebAssembly.validate(Uint8Array.from(PROBES[name]))); }

function chooseVariant(wanted, manifest) {
  const able = features().filter((name) => manifest.modules[name]);
  if (wanted === undefined) {
    if (able.length === 0) throw new LacewingError('this engine runs none of the exported modules: WebAssembly may be restricted here');
    return able[0];
  }
  if (!able.includes(wanted)) throw new LacewingError(`variant ${wanted} does not run here: this engine and this export can do ${able.join(', ')}`);
  return wanted;
}

/** As many as were exported, if shared memory may be used here; else one, and why. */
function howManyThreads(wanted = 1, manifest) {
  const exported = manifest.threads?.count ?? 1;
  if (manifest.steps) throw new LacewingError('this folder has the network for several threads only: load the folder that it stands in, with the option threads');
  if (wanted === 'all') wanted = exported;
  checkCount('threads', wanted);
  const fewer = (threads, why) => ({ threads, note: `${threads === 1 ? 'one thread' : threads + ' threads'} instead of ${wanted}: ${why}` });
  if (wanted === 1) return { threads: 1, note: '' };
  if (exported === 1) return fewer(1, 'this network was exported without --threads');
  if (!isNode() && globalThis.crossOriginIsolated !== true)
    return fewer(1, 'this page is not cross-origin isolated; serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, as lacewing serve-web does');
  if (typeof SharedArrayBuffer === 'undefined') return fewer(1, 'this engine has no shared memory');
  if ((globalThis.navigator?.hardwareConcurrency ?? exported) < exported) return fewer(1, 'this machine has fewer processors');
  return wanted === exported ? { threads: exported, note: '' } : wanted > exported ? fewer(exported, 'the network was exported for so many') : fewer(1, `the network was exported for ${exported}`);
}

function allocate(pages, shared) {
  try {
    return new WebAssembly.Memory(shared ? { initial: pages, maximum: pages, shared } : { initial: pages });
  } catch (e) {
    throw new LacewingError(`cannot allocate ${Math.ceil(pages / 16)} MB ${shared ? 'of memory that threads share' : 'for this network'}: close other pages, or export it with a smaller input`, { cause: e });
  }
}

// -------------------------------------------------------------------------------------------------------------- threads

/** One thread's part of a run: its share of each step, after which it waits for the others. Has to stand by itself: workers get its text. */
function work(functions, thread, threads, control, run, passed) {
  let all = Math.imul(run - 1, functions.length * threads);
  for (let i = 0; i < functions.length; i++) {
    functions[i](thread);
    all = all + threads | 0;
    let arrived = Atomics.add(control, 1, 1) + 1 | 0;
    for (let spins = 1, waited = 0, last = 0; (arrived - all | 0) < 0; spins++) {
      arrived = Atomics.load(control, 1);
      if (thread !== 0 || spins % 65536 !== 0) continue;
      const now = performance.now();
      if (last) waited += Math.min(now - last, 100);   // what is longer, the machine has slept
      last = now;
      if (waited > 5000) throw new Error('another thread does not answer');
    }
    if (passed) passed(i);
  }
}

/** A worker's life: waits for a run's number to change. Has to stand by itself, too. */
function serve({ module, memory, control, thread, threads, steps }, work, ready) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = Array.from({ length: steps }, (_, i) => exports['layer' + i]);
  ready();
  for (let run = 0; ;) {
    Atomics.wait(control, 0, run);
    const now = Atomics.load(control, 0);
    if (now === run) continue;
    run = now;
    work(functions, thread, threads, control, run);
  }
}

const PARTS = `const work = ${work}; const serve = ${serve};`;
const WEB_WORKER = `${PARTS} onmessage = ({ data }) => serve(data, work, () => postMessage('ready'));`;
const NODE_WORKER = `${PARTS} const { parentPort, workerData } = require('node:worker_threads'); serve(workerData, work, () => parentPort.postMessage('ready'));`;

/** The workers that share runs with the caller's thread, which is number 0. */
class Team {
  #functions;
  #workers = [];
  #control = new Int32Array(new SharedArrayBuffer(8));
  #runs = 0;
  #broken = false;

  constructor(threads, functions) {
    this.threads = threads;
    this.#functions = functions;
  }

  static async start(threads, module, memory, functions) {
    const team = new Team(threads, functions);
    try {
      for (let thread = 1; thread < threads; thread++)
        team.#workers.push(await startWorker({ module, memory, control: team.#control, thread, threads, steps: functions.length }, () => { team.#broken = true; }));
    } catch (e) {
      team.close();
      throw e;
    }
    return team;
  }

  run(passed) {
    const run = this.#runs = this.#runs + 1 | 0;
    try {
      if (this.#broken) throw new Error('a worker has ended');
      Atomics.store(this.#control, 0, run);
      Atomics.notify(this.#control, 0);
      work(this.#functions, 0, this.threads, this.#control, run, passed);
    } catch (e) {
      this.#broken = true;
      this.close();
      throw new LacewingError(`the network's threads are broken (${e.message}): load it again`, { cause: e });
    }
  }

  close() { this.#workers.forEach((w) => w.terminate()); }
}

/** A worker that is ready; `failed` is called when it ends. */
async function startWorker(data, failed) {
  if (isNode()) {
    const threads = 'node:worker_threads', { Worker } = await import(/* @vite-ignore */ /* webpackIgnore: true */ threads);
    const worker = new Worker(NODE_WORKER, { eval: true, workerData: data });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject).once('exit', (code) => {
      failed();
      reject(new Error(`it ended with ${code}`));
    }));
    worker.unref();
    return worker;
  }
  const url = URL.createObjectURL(new Blob([WEB_WORKER], { type: 'text/javascript' }));
  let worker;
  try {
    worker = new Worker(url);
    await new Promise((resolve, reject) => {
      worker.onmessage = resolve;
      worker.onerror = (e) => {
        failed();
        reject(new Error(e.message || 'its script was refused'));
      };
      worker.postMessage(data);
    });
  } catch (e) {
    worker?.terminate();
    throw e;
  } finally {
    URL.revokeObjectURL(url);
  }
  return worker;
}

// -------------------------------------------------------------------------------------------------------------- weights

const WORDS = 0, HALVES = 1, RUNS = 2, DELTAS = 3, STREAM = 4, SLOTS = 5;

/** Writes the sections of a weights file into memory; docs/web-format.md describes them. */
function expand(bytes, memory, file) {
  if (bytes.byteOffset % 4 !== 0) bytes = bytes.slice();
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  if (words[0] !== MAGIC || words[1] !== FORMAT) throw new LacewingError(`${file} is not a weights file of this format: export the network again`);
  const to = new Int32Array(memory), floats = new Float32Array(memory);
  for (let at = 3, s = 0; s < words[2]; s++) {
    const kind = words[at], target = words[at + 1] >>> 2, count = words[at + 2], length = words[at + 3];
    const first = at + 4, start = bytes.byteOffset + 4 * first;
    switch (kind) {
      case WORDS: to.set(words.subarray(first, first + count), target); break;
      case HALVES: {
        const table = halves(), from = new Uint16Array(bytes.buffer, start, count);
        for (let i = 0; i < count; i++) floats[target + i] = table[from[i]];
        break;
      }
      case RUNS:
        for (let i = first, out = target; out < target + count; i += 2) to.fill(words[i], out, out += words[i + 1]);
        break;
      case DELTAS: {
        const from = new Int16Array(bytes.buffer, start + 4, count), unit = words[first];
        for (let i = 0, value = 0; i < count; i++) to[target + i] = value = value + from[i] * unit | 0;
        break;
      }
      case STREAM: stream(words, bytes.buffer, first, start, to, floats, target); break;
      case SLOTS: for (let i = 0; i < count; i++) to[target + 2 * i] = words[first + i]; break;
      default: throw new LacewingError(`${file} has a section of kind ${kind}, which this lacewing.js does not know: take both from one export`);
    }
    at = first + (length >> 2);
  }
}

/** Block rows {count, bias[N], {offset, weight[N]}...} from counts, biases, weights and the distances between columns. */
function stream(words, buffer, first, start, to, floats, out) {
  const [rows, blockRows, blocks, form, base, unit, columns] = words.subarray(first, first + 7);
  const half = (form & 1) !== 0, wide = (form & 2) !== 0;
  const table = unit === 0 ? words.subarray(first + 7, first + 7 + columns) : null;
  let at = start + 4 * (7 + (table ? columns : 0));
  const biases = new Int32Array(buffer, at, blockRows * rows);
  at += 4 * blockRows * rows;
  const weights = half ? new Uint16Array(buffer, at, blocks * rows) : new Int32Array(buffer, at, blocks * rows);
  at += (half ? 2 : 4) * blocks * rows;
  const counts = new Uint16Array(buffer, at, blockRows);
  at += 2 * blockRows;
  const deltas = wide ? new Uint16Array(buffer, at, blocks) : new Uint8Array(buffer, at, blocks);
  const values = half ? halves() : null;
  for (let r = 0, b = 0, w = 0, bias = 0; r < blockRows; r++) {
    to[out++] = counts[r];
    for (let i = 0; i < rows; i++) to[out++] = biases[bias++];
    for (let end = b + counts[r], column = -1; b < end; b++) {
      column += deltas[b];
      if (column >= columns) column -= columns;
      to[out++] = table ? table[column] : base + column * unit;
      if (values) for (let i = 0; i < rows; i++) floats[out++] = values[weights[w++]];
      else for (let i = 0; i < rows; i++) to[out++] = weights[w++];
    }
  }
}

let halfTable = null;

/** Every 16-bit float. */
function halves() {
  if (halfTable) return halfTable;
  halfTable = new Float32Array(1 << 16);
  for (let bits = 0; bits < 1 << 16; bits++) {
    const sign = bits & 0x8000 ? -1 : 1, exponent = bits >> 10 & 31, fraction = bits & 1023;
    halfTable[bits] = sign * (exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction ? NaN : Infinity) : (1024 + fraction) * 2 ** (exponent - 25));
  }
  return halfTable;
}

// ------------------------------------------------------------------------------------------------------------- pictures

async function decoded(image) {
  try {
    await image.decode();
  } catch (e) {
    throw new LacewingError(`the picture cannot be decoded (${e.message}): is its address right, and is it a format that this browser reads?`, { cause: e });
  }
}

/** RGBA samples of anything that has some. */
function pixels(image) {
  if (image && image.data && image.width && image.height) {
    if (!isNumbers(image.data) || !Number.isSafeInteger(image.width) || !Number.isSafeInteger(image.height) || image.width < 1 || image.height < 1)
      throw new LacewingError(`expected { data, width, height } with RGBA samples and two whole numbers, got ${kindOf(image.data)}, ${image.width}, ${image.height}`);
    if (image.data.length !== 4 * image.width * image.height) throw new LacewingError(`an image of ${image.width}x${image.height} needs ${4 * image.width * image.height} RGBA samples, got ${image.data.length}`);
    return image;
  }
  const width = image?.videoWidth ?? image?.naturalWidth ?? image?.displayWidth ?? image?.width, height = image?.videoHeight ?? image?.naturalHeight ?? image?.displayHeight ?? image?.height;
  if (typeof width !== 'number' || typeof height !== 'number')
    throw new LacewingError(`expected a Float32Array, ImageData, image, video, canvas or ImageBitmap, got ${kindOf(image)}`);
  if (width === 0 || height === 0) throw new LacewingError('the picture has no pixels: wait for the load event of an image, or loadeddata of a video; a broken image never has any');
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
  const w = Math.max(1, Math.floor(width * scale)), h = Math.max(1, Math.floor(height * scale)), context = canvas(w, h);
  context.drawImage(image, 0, 0, w, h);
  try {
    return context.getImageData(0, 0, w, h);
  } catch (e) {
    drawing = null;   // what was drawn on it has spoilt it for other pictures, too
    throw new LacewingError('the picture comes from another site that does not allow reading it: serve it with CORS headers and set crossOrigin = "anonymous"', { cause: e });
  } finally {
    if (w * h > KEPT_PIXELS) context.canvas.width = context.canvas.height = 1;
  }
}

let drawing = null;

function canvas(width, height) {
  if (!drawing) {
    const element = typeof OffscreenCanvas === 'undefined' ? globalThis.document?.createElement('canvas') : new OffscreenCanvas(1, 1);
    if (!element) throw new LacewingError('there is no canvas here to read pictures with: pass { data, width, height } with RGBA samples, or a Float32Array');
    drawing = element.getContext('2d', { willReadFrequently: true });
  }
  const element = drawing.canvas;
  if (element.width !== width || element.height !== height) {
    element.width = width;
    element.height = height;
  }
  drawing.fillStyle = 'white';
  drawing.fillRect(0, 0, width, height);
  drawing.imageSmoothingQuality = 'high';
  return drawing;
}

/** As `lacewing run` prepares a picture: resize, cut the centre, order the channels, (value - mean) / std. */
export function preprocess(image, steps, channels, height, width) {
  if (!steps) throw new LacewingError('preprocess() needs to know how: expected what net.preprocessing is of a network that takes pictures, got ' + kindOf(steps));
  let picture = pixels(image);
  if (steps.resize) {
    let [w, h] = steps.resize;
    if (!h) {
      const longer = Math.max(1, Math.floor(w * Math.max(picture.width, picture.height) / Math.min(picture.width, picture.height)));
      [w, h] = picture.height > picture.width ? [w, longer] : [longer, w];
    }
    picture = resized(picture, w, h);
  } else if (!steps.crop) picture = resized(picture, width, height);
  if (picture.width < width || picture.height < height)
    throw new LacewingError(`a picture of ${picture.width}x${picture.height} is smaller than the network's ${width}x${height}: give a larger one`);
  const left = picture.width - width >> 1, top = picture.height - height >> 1, plane = width * height, values = new Float32Array(channels * plane);
  const { data } = picture;
  for (let c = 0; c < channels; c++) {
    const mean = steps.mean[c] ?? steps.mean[0], std = steps.std[c] ?? steps.std[0], source = steps.order === 'bgr' ? 2 - c : c;
    for (let y = 0, i = c * plane; y < height; y++) {
      for (let x = 0, p = 4 * ((top + y) * picture.width + left); x < width; x++, p += 4) {
        const sample = channels === 1 ? 19595 * data[p] + 38470 * data[p + 1] + 7471 * data[p + 2] + 32768 >> 16 : data[p + source];
        values[i++] = (sample - mean) / std;
      }
    }
  }
  return values;
}

/** Bilinear; when shrinking, the triangle is widened so that every pixel counts. Columns first, then rows, each rounded to 8 bits. */
function resized(from, width, height) {
  const narrow = width === from.width ? from : pass(from, width, from.height, taps(from.width, width), true);
  return height === from.height ? narrow : pass(narrow, width, height, taps(from.height, height), false);
}

function taps(length, wanted) {
  const scale = length / wanted, support = Math.max(1, scale);
  return Array.from({ length: wanted }, (_, i) => {
    const centre = (i + 0.5) * scale, start = Math.max(0, Math.trunc(centre - support + 0.5)), end = Math.min(length, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: end - start }, (_, k) => Math.max(0, 1 - Math.abs((start + k + 0.5 - centre) / support)));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { start, weights: Float64Array.from(weights, (w) => Math.trunc(w / sum * (1 << 22) + 0.5)) };
  });
}

function pass(from, width, height, taps, acrossColumns) {
  const data = new Uint8ClampedArray(4 * width * height), source = from.data, step = acrossColumns ? 4 : 4 * from.width;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      const { start, weights } = taps[acrossColumns ? x : y];
      let at = acrossColumns ? 4 * (y * from.width + start) : 4 * (start * from.width + x), r = 1 << 21, g = 1 << 21, b = 1 << 21;
      for (let k = 0; k < weights.length; k++, at += step) {
        r += weights[k] * source[at];
        g += weights[k] * source[at + 1];
        b += weights[k] * source[at + 2];
      }
      data[to] = Math.floor(r / (1 << 22));
      data[to + 1] = Math.floor(g / (1 << 22));
      data[to + 2] = Math.floor(b / (1 << 22));
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}
