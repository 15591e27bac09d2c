/** Something that went wrong, in one sentence with what to do about it. */
export class LacewingError extends Error {}

export type Variant = 'relaxed' | 'simd' | 'scalar';

export interface Port {
  readonly name: string;
  readonly shape: number[];
}

export interface Output {
  /** Row-major. */
  data: Float32Array;
  shape: number[];
}

/**
 * Every output by its name. Of a network with one output, `data` and `shape` are that output's, unless an output has one of these names; of one with several outputs, to read them is a
 * LacewingError.
 */
export type Result = { [name: string]: Output } & { readonly data: Float32Array; readonly shape: number[] };

export interface Layer {
  readonly name: string;
  readonly op: string;
  readonly kernel: string;
  /** Share of weights that are zero, 0 to 1. */
  readonly sparsity: number;
  /** Of the dense layer. */
  readonly multiplyAdds: number;
  readonly input: number[];
  readonly output: number[];
}

export interface LayerTime extends Layer {
  /** Milliseconds for one run. */
  readonly ms: number;
}

export interface Score {
  readonly index: number;
  readonly label: string;
  /** As the network gives it. */
  readonly score: number;
  /** 0 to 1. */
  readonly probability: number;
}

/** How a picture becomes the network's input: resize, cut the centre, order the channels, (value - mean) / std; samples are 0 to 255. */
export interface Preprocessing {
  /** [width, height]; [side, 0] for the shorter side in proportion; null for none, or, without a crop, the network's size. */
  resize: [number, number] | null;
  crop: number | null;
  order: 'rgb' | 'bgr';
  mean: number[];
  std: number[];
  /** Neither the file nor an option said so. */
  guessed: boolean;
  /** The pictures it learned from are filled shapes: the page fills what a drawn line encloses. */
  filled: boolean;
}

export interface Progress {
  file: string;
  /** Bytes of module and weights so far. */
  loaded: number;
  total: number;
}

export interface LoadOptions {
  /**
   * How many threads share a run: as many as `lacewing export --threads` said, which is also what 'all' means, where the page is cross-origin isolated. `net.threads` says how many do.
   * Default 1.
   */
  threads?: number | 'all';
  onProgress?: (progress: Progress) => void;
  /** Which module; by default the best that this engine can run. */
  variant?: Variant;
  /** Ends the loading: `load` then fails with the signal's reason, an AbortError unless another one was given. */
  signal?: AbortSignal;
}

/** RGBA samples, row by row: an ImageData, or an object like one. */
export interface Pixels {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Elements are drawn on white and read as the browser shows them: turned as their EXIF data say and in sRGB, where `lacewing run` takes the samples as they are stored, without alpha. `Pixels`
 * are taken as they are, too. An image element that is still loading is waited for; of a video it is the frame of the moment.
 */
export type Picture = Pixels | HTMLImageElement | HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas | ImageBitmap | VideoFrame;

export type Numbers = readonly number[] | Float32Array | Float64Array | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Of a network with one input the values or a picture; of any network an object with these by the inputs' names. */
export type Input = Numbers | Picture | { [name: string]: Numbers | Picture };

/** One network, ready to run. */
export class Lacewing {
  private constructor();

  /**
   * @param source the folder's address, relative to the page's or, in a worker, to the worker's script (in Node a path, relative to the working directory, or a file: URL); or a function from a file's
   * name to its bytes, whose errors become a LacewingError with their cause; by default the folder of this module
   * @throws LacewingError if a file cannot be had, is incomplete, changed, or of another format, or if this engine may not run it
   */
  static load(source?: string | URL | ((file: string) => Promise<Uint8Array | ArrayBuffer> | Uint8Array | ArrayBuffer), options?: LoadOptions): Promise<Lacewing>;

  readonly name: string;
  readonly inputs: Port[];
  readonly outputs: Port[];
  readonly labels: string[];
  /** Null where the input is no picture. May be changed. */
  preprocessing: Preprocessing | null;
  readonly layers: Layer[];
  /** The export has the same network as a dense one in the folder `dense/`. */
  readonly hasDense: boolean;
  /** Downloaded: module and weights. */
  readonly bytes: number;
  readonly variant: Variant;
  readonly threads: number;
  /** Why there are fewer threads than asked for; empty if there are not. */
  readonly threadsNote: string;

  /**
   * Runs the network once. Arrays are row-major. Calls may overlap: each answers for its own input. The run itself occupies the thread that calls.
   *
   * @throws LacewingError if the input does not fit, or if one of its threads has ended or does not answer: then load it again
   */
  run(input: Input): Promise<Result>;

  /** Mean time of each layer; without an input that of the last run, or zeros. */
  profile(options?: { runs?: number; input?: Input }): Promise<LayerTime[]>;

  /**
   * The k (5) classes with the highest scores of the first output, by default of the last run.
   *
   * @throws LacewingError if that output has not one score for each class: pictures, or several inputs at once
   */
  top(k?: number, result?: Result): Score[];

  /** Ends the network's threads, which else stay until the page or the process ends. It must not be used afterwards. */
  close(): void;
}

/** Which kinds of module this engine can run, best first. */
export function features(): Variant[];

/**
 * A picture as `run` prepares it for an input of channels x height x width; an image element must have loaded.
 *
 * @throws LacewingError without steps, or if the picture cannot be read or is too small
 */
export function preprocess(image: Picture, steps: Preprocessing, channels: number, height: number, width: number): Float32Array;
