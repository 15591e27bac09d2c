// What the page draws from numbers. Every function replaces the content of an element; styles are set through properties, never as text.

const SVG = 'http://www.w3.org/2000/svg';

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export const milliseconds = ms => ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : ms >= 0.1 ? 2 : 3);

export const bytes = n => n >= 1e6 ? `${(n / 1e6).toFixed(n >= 1e7 ? 0 : 1)} MB` : `${Math.max(1, Math.round(n / 1e3))} KB`;

const percent = share => share === 0 || share >= 0.0005 ? `${(100 * share).toFixed(1)} %` : '< 0.1 %';

function track(share, kind = '') {
  const bar = element('i');
  bar.style.setProperty('--share', Math.max(0, Math.min(1, share)));
  const made = element('span', {className: `track ${kind}`}, bar);
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** Items of {label, share}, the best first. Bars that are there already are changed in place, so that they grow and shrink. */
export function bars(list, items) {
  while (list.children.length > items.length) list.lastChild.remove();
  items.forEach(({label, share}, i) => {
    if (!list.children[i]) list.append(element('li', {}, element('span', {className: 'label'}), element('span', {className: 'value'}), track(0)));
    const [name, value, bar] = list.children[i].children;
    name.textContent = label;
    value.textContent = percent(share);
    bar.firstChild.style.setProperty('--share', share);
  });
}

/** Rows of [name, shape, min, mean, max] of outputs that are no scores. */
export function ranges(box, rows) {
  const head = element('tr', {}, ...['name', 'shape', 'min', 'mean', 'max'].map(t => element('th', {scope: 'col', textContent: t})));
  const body = rows.map(row => element('tr', {}, ...row.map(cell => element('td', {textContent: typeof cell === 'number' ? cell.toPrecision(3) : cell}))));
  box.replaceChildren(element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)));
}

/** An output of one channel or three, in the units of the network's input; values that do not look like it are drawn from the least to the most. */
export function picture(figure, {data, shape: [, channels, height, width]}, {mean, std, order}) {
  const canvas = figure.querySelector('canvas'), plane = width * height, of = (list, c) => list[c] ?? list[0];
  let samples = Float32Array.from(data, (value, i) => value * of(std, Math.floor(i / plane)) + of(mean, Math.floor(i / plane)));
  const least = list => list.reduce((a, b) => Math.min(a, b)), most = list => list.reduce((a, b) => Math.max(a, b)), [low, high] = [least(samples), most(samples)];
  const isPicture = low > -128 && high < 384 && high - low > 32, [black, white] = [least(data), most(data)];
  if (!isPicture) samples = data.map(value => 255 * (value - black) / (white - black || 1));
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d'), image = context.createImageData(width, height);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = samples[(channels === 1 ? 0 : order === 'bgr' ? 2 - c : c) * plane + i];
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  figure.querySelector('figcaption').textContent = isPicture ? `The output, ${width} × ${height}` : `The output, ${width} × ${height}, from ${black.toPrecision(3)} (black) to ${white.toPrecision(3)} (white)`;
}

/** Runs of {ms, variant}, the newest last. */
export function history(svg, runs, slots = 60) {
  const largest = Math.max(...runs.map(r => r.ms), 1e-9), width = 120 / slots;
  svg.replaceChildren(...runs.slice(-slots).map(({ms, variant}, i) => {
    const rect = document.createElementNS(SVG, 'rect'), height = 30 * ms / largest;
    const at = {x: i * width, y: 30 - height, width: width * 0.7, height, class: variant};
    for (const [name, value] of Object.entries(at)) rect.setAttribute(name, value);
    return rect;
  }));
}

/**
 * Rows of {name, detail, ms: {sparse, dense?}}, slowest first; those after the first `shown` are marked as the rest.
 * Returns how many are the rest.
 */
export function layers(list, rows, shown = 12) {
  const sum = rows.reduce((s, r) => s + first(r.ms), 0), largest = Math.max(...rows.flatMap(r => Object.values(r.ms)), 1e-9);
  list.replaceChildren(...[...rows].sort((a, b) => first(b.ms) - first(a.ms)).map((row, i) => {
    const label = element('span', {className: 'label'}, row.name, element('small', {textContent: row.detail}));
    const pair = element('span', {className: 'pair'}, ...Object.entries(row.ms).map(([variant, ms]) => track(ms / largest, variant)));
    const value = element('span', {className: 'value'}, ...Object.entries(row.ms).map(([variant, ms], i) =>
      element('span', {className: variant}, `${milliseconds(ms)} ms `, i === 0 ? element('small', {textContent: `${Math.round(100 * ms / sum)} %`}) : '')));
    return element('li', {className: i < shown ? '' : 'rest'}, label, pair, value);
  }));
  return Math.max(0, rows.length - shown);
}

const first = times => Object.values(times)[0];
