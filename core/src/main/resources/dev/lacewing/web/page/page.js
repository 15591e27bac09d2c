// The page around one exported network: loads it, runs it on what page-input.js brings, shows what page-charts.js draws.

import {Lacewing, preprocess} from './lacewing.js';
import * as charts from './page-charts.js';
import * as input from './page-input.js';

const $ = id => document.getElementById(id);
const show = (...ids) => ids.forEach(id => { $(id).hidden = false; });
const KEPT = 60, STEADY = 15, AGAIN = 8, TURNS = 6, TURN_MS = 150, DRAWN_AT_MOST = 64, FEW = 12;

/** By variant: sparse, and dense once it was asked for; and single, which is sparse on one thread, to compare with dense. */
const nets = {};
let lost = '';   // why the sparse network has no threads any more
let variant = 'sparse', running = false, busy = false, onAndOn = false, runs = [];
/** What the network is run on: `take()` gives its values, anew for each run if it is live; `note` says why what comes out is no answer. `answered` is the one whose answer is shown. */
let source = null, answered = null, values = null, result = null;

const net = () => nets[variant];
const threadsOf = ({threads}) => threads === 1 ? '1 thread' : `${threads} threads`;
const median = times => [...times].sort((a, b) => a - b)[times.length >> 1];
const frame = () => new Promise(resolve => requestAnimationFrame(resolve));

function failed(error) {
  if (!(error instanceof Error)) error = new Error(error);
  $('failure-text').textContent = error.message;
  show('failure');
}

// ------------------------------------------------------------------------------------------------------------------------------------------------ loading

/** In a page that is one file, its files stand in elements of it; otherwise they are beside it. */
function folder(path) {
  if (!document.querySelector('script[data-file]')) return `./${path}`;
  return async file => {
    const text = document.querySelector(`script[data-file="${path}${file}"]`).textContent.trim();
    return (await fetch(`data:application/octet-stream;base64,${text}`)).arrayBuffer();
  };
}

async function load(path, what, threads = 'all') {
  const onProgress = ({loaded, total}) => {
    $('progress').value = total ? loaded / total : 0;
    $('progress-text').textContent = `${charts.bytes(loaded)} of ${charts.bytes(total)}`;
  };
  $('loading-title').textContent = what;
  $('progress-text').textContent = 'Starting ...';
  show('loading', 'progress');
  $('main').setAttribute('aria-busy', 'true');
  try {
    return await Lacewing.load(folder(path), {threads, onProgress});
  } finally {
    $('loading').hidden = true;
    $('main').setAttribute('aria-busy', 'false');
  }
}

function describe() {
  const {name, inputs, outputs, bytes, threads, preprocessing} = net(), kind = net().variant, threadsNote = net().threadsNote || (net() === nets.sparse ? lost : '');
  document.title = `${name} – Lacewing`;
  $('name').textContent = name;
  $('about').textContent = `A ${nets.sparse.layers.some(({sparsity}) => sparsity > 0) ? 'sparse ' : ''}network in your browser. Pictures stay on this device.`;
  const chip = (textContent, className, title) => charts.element('li', {textContent, className, title});
  const speeds = {relaxed: 'relaxed SIMD', simd: 'SIMD', scalar: 'no SIMD'};
  const why = {relaxed: 'Vectors with fused multiply-add: the fastest that browsers have.', simd: 'Vectors, but this browser lacks relaxed SIMD, which has fused multiply-add.',
    scalar: 'This browser has no vectors in WebAssembly: several times slower.'};
  $('engine').replaceChildren(chip(speeds[kind], kind === 'relaxed' ? 'good' : '', why[kind]), chip(threadsOf(net()), threads > 1 ? 'good' : '', threadsNote),
    chip(charts.bytes(bytes), '', 'Downloaded: module and weights'));
  const shapes = ports => ports.map(port => port.shape.join('×')).join(' and ');
  $('facts').textContent = [`From ${shapes(inputs)} to ${shapes(outputs)} values.`, threadsNote && `${threadsNote[0].toUpperCase()}${threadsNote.slice(1)}.`, preprocessing?.guessed && 'The network does not say how pictures are prepared, so samples are scaled to 0 to 1.'].filter(Boolean).join(' ');
  show('engine');
}

// ------------------------------------------------------------------------------------------------------------------------------------------------ running

/** What the network takes, from a bitmap, a canvas or a video. */
function prepared(image) {
  const [, channels, height, width] = net().inputs[0].shape;
  return preprocess(image, net().preprocessing, channels, height, width);
}

function noise() {
  const named = net().inputs.map(port => [port.name, Float32Array.from({length: size(port.shape)}, () => 2 * Math.random() - 1)]);
  return named.length === 1 ? named[0][1] : Object.fromEntries(named);
}

async function timed(network) {
  const start = performance.now();
  try {
    result = await network.run(values);
  } catch (error) {
    return timed(await withoutThreads(network, error));
  }
  return performance.now() - start;
}

/** Threads, which the sparse network alone has, are all that can fail with values that fit: a phone may end them, or a debugger hold them. They never come back. */
async function withoutThreads(network, error) {
  if (network.threads === 1) throw error;
  nets.sparse = nets.single ??= await load('', 'Loading the network for one thread', 1);
  lost = `one thread instead of ${network.threads}: ${error.cause?.message ?? error.message}`;
  describe();
  return nets.sparse;
}

function clear() {
  $('bars').replaceChildren();
  $('outputs').replaceChildren();
  $('output-picture').hidden = true;
}

function say(text) {
  $('waiting').textContent = text;
  $('waiting').hidden = !text;
}

/** @param next null for nothing: then no answer is shown */
function use(next) {
  source = next;
  answered = null;
  if (source) {
    $('failure').hidden = true;
    run();
  } else {
    clear();
    say('Waiting for an input.');
  }
}

/** The one loop: runs each new source some times, a live one as long as it lives, any one on and on if that is wanted. It makes way for measurements. */
async function run() {
  if (running || busy) return;
  running = true;
  let current = null;
  try {
    let drawn = 0, left = 0;
    while (source && !busy) {
      const fresh = source !== answered || source.live;
      current = source;
      if (fresh) {
        values = current.take();
        left = AGAIN;
      } else if (!onAndOn && left-- <= 0) break;
      note(await timed(net()));
      if (fresh && current === source) {
        answered = current;
        answer(current);
      }
      // Waiting for the screen after each run would hide how many runs a second are possible.
      if (current.live || performance.now() - drawn > 50) {
        await frame();
        drawn = performance.now();
      }
    }
  } catch (error) {
    if (current === source) {
      setOnAndOn(false);
      use(null);
      failed(error);
    }
  }
  running = false;
  if (source && source !== current) run();   // it came while the one before it failed
}

function figures(ms, rate) {
  $('latency').textContent = charts.milliseconds(ms);
  if (Number.isFinite(rate)) $('fps').textContent = rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
}

function note(ms) {
  runs = [...runs, {ms, variant, at: performance.now()}].slice(-KEPT);
  const same = runs.filter(r => r.variant === variant).slice(-STEADY), middle = median(same.map(r => r.ms));
  const counted = source?.live || onAndOn, rate = counted ? 1000 * (same.length - 1) / (same.at(-1).at - same[0].at) : 1000 / middle;
  figures(middle, rate);
  charts.history($('history'), runs, KEPT);
}

const size = shape => shape.reduce((a, b) => a * b, 1);
/** One score for each class: the network has names for them, or they are probabilities. Else one row of numbers may be anything: places of a hand, say. */
function isClassifier({labels, outputs: [{name, shape}, ...others]}) {
  if (others.length || size(shape) === 1 || size(shape) !== Math.max(...shape)) return false;
  const {data} = result[name];
  return labels.length > 0 || data.every(value => value >= 0) && Math.abs(data.reduce((a, b) => a + b, 0) - 1) < 1e-3;
}

const drawsPictures = ({outputs: [{shape: [images, channels, height, width]}, ...others]}) => !others.length && images === 1 && [1, 3].includes(channels) && height > 1 && width > 1;

function answer({live, note}) {
  say(note ?? '');
  if (!note && isClassifier(net())) {
    const top = net().top(5, result);
    charts.bars($('bars'), top.map(({label, probability}) => ({label, share: probability})));
    if (!live) $('spoken').textContent = `${top[0].label}, ${Math.round(100 * top[0].probability)} percent`;
    $('outputs').replaceChildren();
    return;
  }
  $('bars').replaceChildren();
  $('output-picture').hidden = Boolean(note) || !drawsPictures(net());
  if (!$('output-picture').hidden) charts.picture($('output-picture'), Object.values(result)[0], net().preprocessing);
  charts.ranges($('outputs'), net().outputs.map(({name}) => {
    const {data, shape} = result[name], sum = data.reduce((a, b) => a + b, 0);
    return [name, shape.join('×'), data.reduce((a, b) => Math.min(a, b)), sum / data.length, data.reduce((a, b) => Math.max(a, b))];
  }));
}

// ---------------------------------------------------------------------------------------------------------------------------------------------- measuring

/** Gives the networks to a task that takes a while, one at a time; inputs that come meanwhile wait until its end. */
async function alone(task) {
  if (busy) return;
  const controls = ['variant', 'go', 'compare', 'profile'].map($), focused = document.activeElement;
  busy = true;
  $('failure').hidden = true;
  controls.forEach(control => { control.disabled = true; });
  while (running) await frame();
  try {
    await task();
  } catch (error) {
    failed(error);
  }
  busy = false;
  controls.forEach(control => { control.disabled = false; });
  document.querySelector(`[name="variant"][value="${variant}"]`).checked = true;
  if (document.activeElement === document.body) focused?.focus();
  run();
}

function setOnAndOn(on) {
  onAndOn = on;
  $('go').setAttribute('aria-pressed', on);
  $('go').textContent = on ? 'Stop' : 'Run continuously';
}

async function dense() {
  nets.dense ??= await load('dense/', 'Loading the dense network');
}

/** The sparse network on as many threads as the dense one, which has one. */
async function likeDense() {
  if (nets.sparse.threads === nets.dense.threads) return nets.sparse;
  return nets.single ??= await load('', 'Loading the network for one thread', nets.dense.threads);
}

async function choose(wanted) {
  if (wanted === 'dense') await dense();
  variant = wanted;
  answered = null;
  describe();
}

/** Sparse and dense in turns on the same input and as many threads, so that a slow spell of the machine meets both. */
async function compare() {
  setOnAndOn(false);
  await dense();
  const networks = {sparse: await likeDense(), dense: nets.dense};
  values ??= noise();
  const times = {sparse: [], dense: []}, note = $('speed-note');
  for (let turn = 0; turn <= TURNS; turn++) {
    note.textContent = `Measuring in turns: ${turn} of ${TURNS}`;
    for (const which of turn % 2 ? ['sparse', 'dense'] : ['dense', 'sparse']) {
      await frame();
      await timed(networks[which]);
      for (const end = performance.now() + TURN_MS; performance.now() < end;) {
        const ms = await timed(networks[which]);
        if (turn > 0) times[which].push(ms);
      }
    }
  }
  const [ours, theirs] = [median(times.sparse), median(times.dense)];
  const alike = networks.sparse === nets.sparse;
  if (alike) figures(median(times[variant]), 1000 / median(times[variant]));
  $('gain-title').textContent = alike ? 'Faster than dense' : `Faster than dense, ${threadsOf(nets.dense)}`;
  $('gain').textContent = (theirs / ours).toFixed(1);
  show('gain-box');
  note.textContent = `Sparse ${charts.milliseconds(ours)} ms, dense ${charts.milliseconds(theirs)} ms, on ${threadsOf(nets.dense)}: medians of ${times.sparse.length} and ${times.dense.length} runs in turns.`;
}

/** Layers of the dense network have the names of those of the sparse one, where both have them. */
async function profile() {
  setOnAndOn(false);
  let ours = nets.dense ? await likeDense() : nets.sparse;
  $('layers-note').textContent = 'Measuring ...';
  await frame();
  const runs = Math.max(10, Math.min(100, Math.round(600 / (Number.parseFloat($('latency').textContent) || 10))));
  const options = {runs, input: values ?? noise()};
  const own = await ours.profile(options).catch(async error => (ours = await withoutThreads(ours, error)).profile(options)), other = nets.dense ? await nets.dense.profile(options) : [];
  const times = new Map(other.map(({name, ms}) => [name, ms]));
  const rows = own.map(({name, op, kernel, sparsity, ms}) => ({name, detail: [kernel || op, sparsity > 0 ? `${Math.round(100 * sparsity)}\u00a0%\u00a0zeros` : ''].filter(Boolean).join(', '),
    ms: {sparse: ms, ...times.has(name) && {dense: times.get(name)}}}));
  const rest = charts.layers($('layers-list'), rows);
  $('layers-more').hidden = rest === 0;
  $('layers-key').hidden = other.length === 0;
  $('layers-note').textContent = `${rows.length} layers, ${charts.milliseconds(own.reduce((s, {ms}) => s + ms, 0))} ms in all on ${threadsOf(ours)}; means of ${runs} runs.`;
}

// --------------------------------------------------------------------------------------------------------------------------------------------------- start

function inputs() {
  const [first, ...others] = net().inputs, [batch, channels, height, width] = first.shape;
  const takesPictures = !others.length && first.shape.length === 4 && batch === 1 && net().preprocessing !== null;
  if (!takesPictures) {
    use({take: noise, live: false, note: `No picture fits this network's input (${net().inputs.map(({shape}) => shape.join('×')).join(' and ')}), so it is run on noise.`});
    return;
  }
  show('input');
  const draws = channels === 1 && Math.max(height, width) <= DRAWN_AT_MOST, given = {};
  let tab = null;
  const give = (name, image) => {
    given[name] = image && {take: () => prepared(image), live: name === 'camera'};
    if (name === tab) use(given[name]);
  };
  input.picture(bitmap => { give('picture', bitmap); open('picture'); }, failed);
  const stop = input.camera(video => give('camera', video), failed);
  if (draws) input.drawing(width, height, net().preprocessing.filled, canvas => give('draw', canvas));
  if (net().labels.length <= FEW) $('draw-what').textContent = net().labels.length ? `It knows ${net().labels.join(', ')}.` : '';
  const open = input.tabs(!draws ? ['picture', 'camera'] : drawsPictures(net()) ? ['picture', 'draw', 'camera'] : ['draw', 'picture', 'camera'], shown => {
    if (shown === tab) return;
    tab = shown;
    if (tab !== 'camera') stop();
    use(given[tab] ?? null);
  });
}

try {
  nets.sparse = await load('', 'Loading the network');
  describe();
  show('answer', 'speed', 'layers');
  if (net().hasDense) show('variant', 'compare');
  inputs();
  $('go').onclick = () => {
    setOnAndOn(!onAndOn);
    if (onAndOn) use(source ?? {take: noise, live: false, note: 'Run on noise: choose a picture for an answer.'});
  };
  $('compare').onclick = () => alone(compare);
  $('profile').onclick = () => alone(profile);
  document.querySelectorAll('[name="variant"]').forEach(radio => { radio.onchange = () => alone(() => choose(radio.value)); });
  $('layers-key').append(charts.element('span', {textContent: 'sparse'}), charts.element('span', {textContent: 'dense', className: 'dense'}));
  $('layers-more').onclick = () => {
    const all = $('layers-list').classList.toggle('all');
    $('layers-more').textContent = all ? 'Show fewer layers' : 'Show all layers';
    $('layers-more').setAttribute('aria-expanded', all);
  };
} catch (error) {
  failed(error);
}
