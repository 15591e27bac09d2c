// The page around one exported network: loads it, runs it on what page-input.js brings, shows what page-charts.js draws.

import {Lacewing, features, preprocess} from './lacewing.js';
import * as charts from './page-charts.js';
import * as input from './page-input.js';

const $ = id => document.getElementById(id);
const show = (...ids) => ids.forEach(id => { $(id).hidden = false; });
const THREADS = 4, KEPT = 60, STEADY = 15, AGAIN = 8, TURNS = 6, TURN_MS = 150, DRAWN_AT_MOST = 64, PIXELS = 1 << 20;

/** By variant: sparse, and dense once it was asked for. */
const nets = {};
let variant = 'sparse', running = false, onAndOn = false, runs = [];
/** What the network is run on: `take()` gives its values, anew for each run if it is live. */
let source = null, values = null, result = null;

const net = () => nets[variant];
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

async function load(path, what) {
  $('loading-title').textContent = what;
  show('loading');
  const loaded = await Lacewing.load(folder(path), {threads: Math.min(THREADS, navigator.hardwareConcurrency || 1), onProgress: ({loaded: done, total}) => {
    $('progress').value = total ? done / total : 0;
    $('progress-text').textContent = `${charts.bytes(done)} of ${charts.bytes(total)}`;
  }});
  $('loading').hidden = true;
  return loaded;
}

function describe() {
  const {name, inputs, outputs, bytes, threads, threadsNote, preprocessing} = net(), kind = net().variant;
  document.title = `${name} – Lacewing`;
  $('name').textContent = name;
  const chip = (textContent, className, title) => charts.element('li', {textContent, className, title});
  const speeds = {relaxed: 'relaxed SIMD', simd: 'SIMD', scalar: 'no SIMD'};
  const why = {relaxed: 'Vectors with fused multiply-add: the fastest that browsers have.', simd: 'Vectors, but this browser lacks relaxed SIMD, which has fused multiply-add.',
    scalar: 'This browser has no vectors in WebAssembly: several times slower.'};
  $('engine').replaceChildren(chip(speeds[kind], kind === 'relaxed' ? 'good' : '', why[kind]), chip(threads === 1 ? '1 thread' : `${threads} threads`, threads > 1 ? 'good' : '', threadsNote),
    chip(charts.bytes(bytes), '', 'Downloaded: module and weights'));
  const shapes = ports => ports.map(port => port.shape.join('×')).join(' and ');
  $('facts').textContent = [`From ${shapes(inputs)} to ${shapes(outputs)} values.`, `${why[kind]} This browser can run: ${features().join(', ')}.`,
    threadsNote && `${threadsNote[0].toUpperCase()}${threadsNote.slice(1)}.`, preprocessing?.guessed && 'The network does not say how pictures are prepared, so samples are scaled to 0 to 1.'].filter(Boolean).join(' ');
  show('engine');
}

// ------------------------------------------------------------------------------------------------------------------------------------------------ running

const reader = document.createElement('canvas').getContext('2d', {willReadFrequently: true});

/** What the network takes, from a bitmap, a canvas or a video. */
function prepared(image) {
  const [, channels, height, width] = net().inputs[0].shape;
  const w = image.videoWidth ?? image.width, h = image.videoHeight ?? image.height, scale = Math.min(1, Math.sqrt(PIXELS / (w * h)));
  const size = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  [reader.canvas.width, reader.canvas.height] = size;
  reader.fillStyle = 'white';
  reader.fillRect(0, 0, ...size);
  reader.drawImage(image, 0, 0, ...size);
  return preprocess(reader.getImageData(0, 0, ...size), net().preprocessing, channels, height, width);
}

function noise() {
  const named = net().inputs.map(port => [port.name, Float32Array.from({length: port.shape.reduce((a, b) => a * b, 1)}, () => 2 * Math.random() - 1)]);
  return named.length === 1 ? named[0][1] : Object.fromEntries(named);
}

async function timed(which) {
  const start = performance.now();
  result = await nets[which].run(values);
  return performance.now() - start;
}

function use(next) {
  source = next;
  if (source) run();
}

/** The one loop: runs each new source some times, a live one as long as it lives, any one on and on if that is wanted. */
async function run() {
  if (running) return;
  running = true;
  $('main').ariaBusy = 'true';
  try {
    let last = null, drawn = 0, left = 0;
    while (source) {
      const current = source, fresh = current !== last || current.live;
      if (fresh) {
        values = current.take();
        last = current;
        left = AGAIN;
      } else if (!onAndOn && left-- <= 0) break;
      note(await timed(variant));
      if (fresh) answer(current);
      // Waiting for the screen after each run would hide how many runs a second are possible.
      if (current.live || performance.now() - drawn > 50) {
        await frame();
        drawn = performance.now();
      }
    }
  } catch (error) {
    source = null;
    failed(error);
  }
  running = false;
  $('main').ariaBusy = 'false';
}

function note(ms) {
  runs = [...runs, {ms, variant, at: performance.now()}].slice(-KEPT);
  const same = runs.filter(r => r.variant === variant).slice(-STEADY), middle = median(same.map(r => r.ms));
  const counted = source?.live || onAndOn, rate = counted ? 1000 * (same.length - 1) / (same.at(-1).at - same[0].at) : 1000 / middle;
  $('latency').textContent = charts.milliseconds(middle);
  if (Number.isFinite(rate)) $('fps').textContent = rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
  charts.history($('history'), runs, KEPT);
}

const isClassifier = ({shape, data}) => net().outputs.length === 1 && shape.length >= 2 && data.length > 1 && data.length / shape[0] === Math.max(...shape.slice(1));

function answer({live}) {
  $('waiting').hidden = true;
  if (isClassifier(Object.values(result)[0])) {
    const top = net().top(5, result);
    charts.bars($('bars'), top.map(({label, probability}) => ({label, share: probability})));
    if (!live) $('spoken').textContent = `${top[0].label}, ${Math.round(100 * top[0].probability)} percent`;
  } else charts.ranges($('outputs'), net().outputs.map(({name}) => {
    const {data, shape} = result[name], sum = data.reduce((a, b) => a + b, 0);
    return [name, shape.join('×'), data.reduce((a, b) => Math.min(a, b)), sum / data.length, data.reduce((a, b) => Math.max(a, b))];
  }));
}

function nothing() {
  source = null;
  $('bars').replaceChildren();
  $('waiting').hidden = false;
}

// ---------------------------------------------------------------------------------------------------------------------------------------------- measuring

async function stopped() {
  setOnAndOn(false);
  source = null;
  while (running) await frame();
}

function setOnAndOn(on) {
  onAndOn = on;
  $('go').ariaPressed = String(on);
  $('go').textContent = on ? 'Stop' : 'Run continuously';
}

async function dense() {
  nets.dense ??= await load('dense/', 'Loading the dense network');
}

async function choose(wanted) {
  const before = source;
  await stopped();
  if (wanted === 'dense') await dense();
  variant = wanted;
  describe();
  use(before);
}

/** Sparse and dense in turns on the same input, so that a slow spell of the machine meets both. */
async function compare() {
  const before = source;
  await stopped();
  await dense();
  values ??= noise();
  const times = {sparse: [], dense: []}, note = $('speed-note');
  for (let turn = 0; turn <= TURNS; turn++) {
    note.textContent = `Measuring in turns: ${turn} of ${TURNS}`;
    for (const which of turn % 2 ? ['sparse', 'dense'] : ['dense', 'sparse']) {
      await frame();
      await timed(which);
      for (const end = performance.now() + TURN_MS; performance.now() < end;) {
        const ms = await timed(which);
        if (turn > 0) times[which].push(ms);
      }
    }
  }
  const [ours, theirs] = [median(times.sparse), median(times.dense)];
  $('gain').textContent = (theirs / ours).toFixed(1);
  show('gain-box');
  const unequal = nets.sparse.threads === nets.dense.threads ? '' : ` Sparse runs on ${nets.sparse.threads} threads, dense on ${nets.dense.threads}.`;
  note.textContent = `Sparse ${charts.milliseconds(ours)} ms, dense ${charts.milliseconds(theirs)} ms: medians of ${times.sparse.length} and ${times.dense.length} runs in turns.${unequal}`;
  use(before);
}

/** Layers of the dense network have the names of those of the sparse one, where both have them. */
async function profile() {
  const before = source;
  await stopped();
  $('layers-note').textContent = 'Measuring ...';
  await frame();
  const runs = Math.max(10, Math.min(100, Math.round(600 / (Number.parseFloat($('latency').textContent) || 10))));
  const options = {runs, input: values ?? noise()}, own = await nets.sparse.profile(options), other = nets.dense ? await nets.dense.profile(options) : [];
  const times = new Map(other.map(({name, ms}) => [name, ms]));
  const rows = own.map(({name, op, kernel, sparsity, ms}) => ({name, detail: [kernel || op, sparsity > 0 ? `${Math.round(100 * sparsity)} % zeros` : ''].filter(Boolean).join(', '),
    ms: {sparse: ms, ...times.has(name) && {dense: times.get(name)}}}));
  const rest = charts.layers($('layers-list'), rows);
  $('layers-more').hidden = rest === 0;
  $('layers-key').hidden = other.length === 0;
  $('layers-note').textContent = `${rows.length} layers, ${charts.milliseconds(own.reduce((s, {ms}) => s + ms, 0))} ms in all; means of ${runs} runs.`;
  use(before);
}

/** A button for work that takes a while: one at a time. */
function work(id, task) {
  $(id).onclick = async () => {
    const buttons = ['go', 'compare', 'profile'].map($);
    buttons.forEach(button => { button.disabled = true; });
    try {
      await task();
    } catch (error) {
      failed(error);
    }
    buttons.forEach(button => { button.disabled = false; });
  };
}

// --------------------------------------------------------------------------------------------------------------------------------------------------- start

function inputs() {
  const [first, ...others] = net().inputs, [batch, channels, height, width] = first.shape;
  const takesPictures = !others.length && first.shape.length === 4 && batch === 1 && net().preprocessing !== null;
  if (!takesPictures) {
    $('waiting').textContent = `This network takes no pictures (its input is ${first.shape.join('×')}), so it is run on noise.`;
    use({take: noise, live: false});
    return;
  }
  show('input');
  const still = image => ({take: () => prepared(image), live: false});
  const draws = channels === 1 && Math.max(height, width) <= DRAWN_AT_MOST;
  input.picture(bitmap => { $('failure').hidden = true; use(still(bitmap)); }, failed);
  const stop = input.camera(video => video ? use({take: () => prepared(video), live: true}) : nothing(), failed);
  if (draws) input.drawing(width, height, canvas => canvas ? use(still(canvas)) : nothing());
  input.tabs([...draws ? ['draw'] : [], 'picture', 'camera'], shown => { if (shown !== 'camera') stop(); });
}

try {
  nets.sparse = await load('', 'Loading the network');
  describe();
  show('answer', 'speed', 'layers');
  if (net().hasDense) show('variant', 'compare');
  inputs();
  $('go').onclick = () => {
    setOnAndOn(!onAndOn);
    if (onAndOn) use(source ?? {take: noise, live: false});
  };
  work('compare', compare);
  work('profile', profile);
  document.querySelectorAll('[name="variant"]').forEach(radio => { radio.onchange = () => choose(radio.value).catch(failed); });
  $('layers-key').append(charts.element('span', {textContent: 'sparse'}), charts.element('span', {textContent: 'dense', className: 'dense'}));
  $('layers-more').onclick = () => {
    const all = $('layers-list').classList.toggle('all');
    $('layers-more').textContent = all ? 'Show fewer layers' : 'Show all layers';
    $('layers-more').ariaExpanded = String(all);
  };
} catch (error) {
  $('loading').hidden = true;
  failed(error);
}
$('main').ariaBusy = 'false';
