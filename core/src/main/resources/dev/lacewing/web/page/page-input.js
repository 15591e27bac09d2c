// Where the network's input comes from: a file, a drawing, the camera.

const $ = id => document.getElementById(id);

/** Tabs in this order, by mouse and by arrow keys. `shown` is called with the name of the tab. Returns how to show one. */
export function tabs(names, shown) {
  const tab = name => $(`tab-${name}`);
  const show = name => {
    for (const other of names) {
      tab(other).setAttribute('aria-selected', other === name);
      tab(other).tabIndex = other === name ? 0 : -1;
      $(`panel-${other}`).hidden = other !== name;
    }
    shown(name);
  };
  names.forEach((name, i) => {
    tab(name).hidden = false;
    tab(name).parentElement.append(tab(name));
    tab(name).onclick = () => show(name);
    tab(name).onkeydown = event => {
      const last = names.length - 1, next = names[{ArrowRight: i === last ? 0 : i + 1, ArrowLeft: i === 0 ? last : i - 1, Home: 0, End: last}[event.key]];
      if (!next) return;
      event.preventDefault();
      show(next);
      tab(next).focus();
    };
  });
  show(names[0]);
  return show;
}

/** `chosen` is called with an ImageBitmap and a name, `failed` with a sentence. */
export function picture(chosen, failed) {
  const drop = $('drop'), canvas = $('picture');
  let asked = 0, taken = null;
  const take = (bitmap, name) => {
    const scale = Math.min(1, 1024 / Math.max(bitmap.width, bitmap.height));
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    canvas.setAttribute('aria-label', `The picture: ${name}`);
    drop.classList.add('filled');
    $('picture-name').textContent = `${name}, ${bitmap.width} × ${bitmap.height}`;
    chosen(bitmap, name);
    taken?.close();   // bitmaps hold tens of megabytes until somebody collects them
    taken = bitmap;
  };
  const read = async (file, what) => {
    const mine = ++asked;
    if (!file) return failed(`${what} is no file: use a picture, as a JPEG, PNG or WebP file.`);
    try {
      const bitmap = await createImageBitmap(file);
      if (mine === asked) take(bitmap, file.name || 'pasted picture');
      else bitmap.close();
    } catch {
      if (mine === asked) failed(`${file.name || 'What was pasted'} is no picture that this browser can read: use a JPEG, PNG or WebP file.`);
    }
  };
  $('file').onchange = event => { read(event.target.files[0], 'What was chosen'); event.target.value = ''; };
  $('sample').onclick = async () => {
    const mine = ++asked, bitmap = await createImageBitmap(testPicture());
    if (mine === asked) take(bitmap, 'test picture');
  };
  for (const type of ['dragenter', 'dragover']) drop.addEventListener(type, event => { event.preventDefault(); drop.classList.add('over'); });
  for (const type of ['dragleave', 'drop']) drop.addEventListener(type, () => drop.classList.remove('over'));
  // A file that misses the field must not replace the page.
  window.addEventListener('dragover', event => event.preventDefault());
  window.addEventListener('drop', event => { event.preventDefault(); read(event.dataTransfer.files[0], 'What was dropped'); });
  window.addEventListener('paste', event => read(event.clipboardData.files[0], 'What was pasted'));
}

function blank(width, height) { return Object.assign(document.createElement('canvas'), {width, height}); }

/** Hills under a low sun: something to run on where no picture is at hand. */
function testPicture() {
  const canvas = blank(320, 320), to = canvas.getContext('2d'), sky = to.createLinearGradient(0, 0, 0, 240);
  sky.addColorStop(0, '#3b6ea5');
  sky.addColorStop(1, '#f6d9a8');
  to.fillStyle = sky;
  to.fillRect(0, 0, 320, 320);
  to.fillStyle = '#fff2c4';
  to.beginPath();
  to.arc(228, 150, 34, 0, 7);
  to.fill();
  ['#7d9a86', '#4d7a5c', '#2b5a41'].forEach((colour, hill) => {
    to.fillStyle = colour;
    to.beginPath();
    to.moveTo(0, 320);
    for (let x = 0; x <= 320; x += 4) to.lineTo(x, 190 + 38 * hill + 26 * Math.sin(x / (58 - 9 * hill) + 2.1 * hill) + 7 * Math.sin(x / 11 + hill));
    to.lineTo(320, 320);
    to.fill();
  });
  return canvas;
}

/**
 * A drawing of `width` times `height` pixels, white on black. `drawn` is called with the canvas after each change, with null when it is empty.
 * If `filled`, what a stroke encloses is filled, until the button says otherwise.
 */
export function drawing(width, height, filled, drawn) {
  const canvas = $('drawing'), to = canvas.getContext('2d'), pen = $('pen'), erase = $('erase'), fill = $('fill');
  const paper = blank(width, height), onPaper = paper.getContext('2d', {willReadFrequently: true}), ink = new Float32Array(width * height);
  const stencil = blank(width, height).getContext('2d', {willReadFrequently: true});
  let last = null, pointer = null, cursor = null, down = false, stroke = [];
  fill.setAttribute('aria-pressed', filled);
  if (filled) pen.value = 1;   // the outline is all that the pen adds
  canvas.width = width;
  canvas.height = height;
  canvas.style.aspectRatio = `${width} / ${height}`;

  const paint = () => {
    const image = onPaper.createImageData(width, height);
    ink.forEach((value, i) => image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i));
    onPaper.putImageData(image, 0, 0);
    to.drawImage(paper, 0, 0);
    if (cursor) {
      to.fillStyle = down ? '#ff5a4d' : '#4fc79c';
      to.fillRect(Math.floor(cursor.x), Math.floor(cursor.y), 1, 1);
    }
  };
  const changed = () => { paint(); drawn(ink.some(value => value > 0) ? paper : null); };
  const pressed = button => button.getAttribute('aria-pressed') === 'true';
  const mark = (at, cover) => { ink[at] = pressed(erase) ? Math.min(ink[at], 1 - cover) : Math.max(ink[at], cover); };
  // Coverage falls from 1 to 0 over the last pixel of the pen's radius.
  const dot = (x, y) => {
    const radius = pen.valueAsNumber / 2 + 0.5;
    for (let row = Math.max(0, Math.floor(y - radius)); row <= Math.min(height - 1, y + radius); row++)
      for (let column = Math.max(0, Math.floor(x - radius)); column <= Math.min(width - 1, x + radius); column++) {
        mark(row * width + column, Math.min(1, Math.max(0, radius - Math.hypot(column + 0.5 - x, row + 0.5 - y))));
      }
  };
  const line = (from, to) => {
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
    for (let i = 0; i <= steps; i++) dot(from.x + (to.x - from.x) * i / steps, from.y + (to.y - from.y) * i / steps);
  };
  // The pen leaves the paper: the stroke is joined to its start.
  const lift = () => {
    if (pressed(fill)) {
      stencil.clearRect(0, 0, width, height);
      stencil.beginPath();
      stroke.forEach(({x, y}) => stencil.lineTo(x, y));
      stencil.fill();
      const {data} = stencil.getImageData(0, 0, width, height);
      ink.forEach((_, at) => mark(at, data[4 * at + 3] / 255));
      changed();
    }
    stroke = [];
  };
  const position = event => {
    const box = canvas.getBoundingClientRect();
    return {x: (event.clientX - box.left) / box.width * width, y: (event.clientY - box.top) / box.height * height};
  };
  const clear = () => { ink.fill(0); stroke = []; changed(); };

  canvas.onpointerdown = event => {
    if (last || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    cursor = null;
    last = position(event);
    stroke = [last];
    line(last, last);
    changed();
  };
  canvas.onpointermove = event => {
    if (!last || event.pointerId !== pointer) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const next = position(part);
      line(last, next);
      stroke.push(last = next);
    }
    changed();
  };
  canvas.onpointerup = event => {
    if (!last || event.pointerId !== pointer) return;
    last = null;
    lift();
  };
  canvas.onpointercancel = event => {   // a gesture of the browser's own took it: nothing was finished
    if (event.pointerId === pointer) last = null;
  };
  canvas.onblur = () => {
    if (down) lift();
    cursor = null;
    down = false;
    paint();
  };
  canvas.onkeydown = event => {
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!step && event.key !== ' ' && event.key !== 'Delete') return;
    event.preventDefault();
    if (event.key === 'Delete') return clear();
    const from = cursor ?? {x: width / 2, y: height / 2};
    if (event.key === ' ') down = !down;
    if (event.key === ' ' && !down) lift();
    cursor = step ? {x: Math.min(width - 0.5, Math.max(0.5, from.x + step[0])), y: Math.min(height - 0.5, Math.max(0.5, from.y + step[1]))} : from;
    if (!down) return paint();
    line(from, cursor);
    stroke.push(cursor);
    changed();
  };
  $('clear').onclick = clear;
  for (const button of [erase, fill]) button.onclick = () => button.setAttribute('aria-pressed', !pressed(button));
  paint();
}

/** `started` is called with the video while it runs, with null when it stops; `failed` with a sentence. Returns how to stop it. */
export function camera(started, failed) {
  const video = $('video'), button = $('camera'), flip = $('flip'), hint = $('camera-hint');
  let stream = null, facing = 'environment', starts = 0;
  const stop = () => {
    starts++;
    stream?.getTracks().forEach(track => track.stop());
    stream = null;
    video.srcObject = null;
    hint.hidden = button.disabled = false;
    flip.hidden = true;
    button.textContent = 'Start the camera';
    started(null);
  };
  const start = async () => {
    if (!navigator.mediaDevices) return failed('The camera needs a secure page: open it over https, or on this machine as localhost.');
    const mine = ++starts;
    button.disabled = true;
    try {
      const opened = await navigator.mediaDevices.getUserMedia({video: {facingMode: facing, width: {ideal: 640}, height: {ideal: 640}}, audio: false}), [track] = opened.getVideoTracks();
      if (mine !== starts) return track.stop();
      stream = opened;
      track.onended = stop;
      video.srcObject = stream;
      video.classList.toggle('mirrored', track.getSettings().facingMode !== 'environment');
      await video.play();
    } catch (error) {
      if (mine !== starts) return;
      stop();
      return failed(error.name === 'NotAllowedError' ? 'The camera was not allowed: allow it in the address bar and start it again.'
        : error.name === 'NotFoundError' ? 'No camera was found: choose a picture instead.' : `The camera cannot be used: ${error.message}`);
    }
    if (mine !== starts) return;
    hint.hidden = true;
    flip.hidden = button.disabled = false;
    button.textContent = 'Stop the camera';
    started(video);
  };
  button.onclick = () => stream ? stop() : start();
  flip.onclick = () => { stop(); facing = facing === 'user' ? 'environment' : 'user'; start(); };
  return stop;
}
