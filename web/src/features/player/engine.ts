/**
 * What makes the pictures move: shaka-player over MSE (DASH), or the browser's own player (HLS) where there is no MSE
 * and where MSE could not decode.
 */
import type shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';

import { faultOfShaka, faultOfVideo, type Fault } from './logic/trouble';

type Shaka = typeof shaka;

/** What is to be played, from where, and how. */
export interface Source {
  dash: string;
  hls: string;
  start_s: number;
  estimate: number;
  cap: number | null;
  audio: { language: string; isDescribed: boolean } | null;
}

/** How the picture gets there. */
export interface Figures {
  bitrate_kbps: number | null;
  throughput_kbps: number | null;
  dropped_frames: number | null;
  height: number | null;
}

/** A way to play, once opened. */
export interface Engine {
  readonly canChooseRungs: boolean;
  /** Take hold of the video before it is known what it will show. */
  attach: () => Promise<void>;
  open: (source: Source) => Promise<void>;
  /** Play one height only, or choose by throughput below the cap. */
  setHeight: (height: number | null, cap: number | null) => void;
  setAudio: (language: string, isDescribed: boolean) => void;
  /** Try again to fetch what could not be fetched; false where everything must be opened again. */
  retry: () => boolean;
  figures: () => Figures;
  close: () => Promise<void>;
}

interface Heard {
  onFault: (fault: Fault) => void;
}

let loading: Promise<Shaka> | null = null;

/** Whether this browser lets pages feed its player. */
export function hasMse(): boolean {
  return 'MediaSource' in window || 'ManagedMediaSource' in window;
}

/** Whether this browser plays HLS by itself. */
export function hasHls(video: HTMLVideoElement): boolean {
  return video.canPlayType('application/vnd.apple.mpegurl') !== '';
}

/** Whether this browser decodes what films are encoded in. */
export function hasCodecs(): boolean {
  const type = 'video/mp4; codecs="avc1.64001f, mp4a.40.2"';
  return hasMse()
    ? MediaSource.isTypeSupported(type)
    : document.createElement('video').canPlayType(type) !== '';
}

/** Fetch the player's engine, once; it is large, and nothing plays without it. */
export function loadShaka(): Promise<Shaka> {
  loading ??= import('shaka-player/dist/shaka-player.dash-es2021.js').then(
    (loaded) => (loaded as unknown as { default?: Shaka }).default ?? (loaded as unknown as Shaka),
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

const AHEAD = 2;
const TRIES = { maxAttempts: 2, baseDelay: 400, backoffFactor: 2, fuzzFactor: 0.3, timeout: 20_000 };

function configurationOf({ estimate, cap, audio }: Source): object {
  return {
    abr: {
      defaultBandwidthEstimate: estimate,
      useNetworkInformation: false,
      restrictions: { maxHeight: cap ?? Infinity },
      switchInterval: 4,
    },
    manifest: {
      disableText: true,
      disableThumbnails: true,
      disableChapters: true,
      disableIFrames: true,
      retryParameters: TRIES,
      dash: { ignoreMinBufferTime: true },
    },
    preferredAudio: audio ? [{ language: audio.language, role: audio.isDescribed ? 'description' : '' }] : [],
    streaming: {
      rebufferingGoal: 0.5,
      bufferingGoal: 24,
      bufferBehind: 30,
      segmentPrefetchLimit: 1,
      failureCallback: leaveToPlayer,
      retryParameters: TRIES,
    },
  };
}

/** The page decides what follows a failure; shaka counts the parameters, so the error is named. */
function leaveToPlayer(error: unknown): boolean {
  return error === null;
}

class ShakaEngine implements Engine {
  readonly canChooseRungs = true;
  readonly #player: shaka.Player;

  constructor(
    kit: Shaka,
    private readonly video: HTMLVideoElement,
    heard: Heard,
  ) {
    this.#player = new kit.Player();
    this.#player.addEventListener('error', (event) => {
      const { detail } = event as unknown as { detail: Parameters<typeof faultOfShaka>[0] };
      heard.onFault(faultOfShaka(detail));
    });
  }

  async attach(): Promise<void> {
    await this.#player.attach(this.video);
  }

  async open(source: Source): Promise<void> {
    this.#player.configure(configurationOf(source));
    // Until the first frame, no later segment may share the network with the one that it is in.
    const ahead = { streaming: { segmentPrefetchLimit: AHEAD } };
    this.video.addEventListener('playing', () => this.#player.configure(ahead), { once: true });
    await this.#player.load(source.dash, source.start_s > 0 ? source.start_s : null, 'application/dash+xml');
  }

  setHeight(height: number | null, cap: number | null): void {
    this.#player.configure({
      abr: { enabled: height === null, restrictions: { maxHeight: cap ?? Infinity } },
    });
    const track = this.#player.getVideoTracks().find((each) => each.height === height);
    if (track) this.#player.selectVideoTrack(track, true, 4);
  }

  setAudio(language: string, isDescribed: boolean): void {
    const spoken = this.#player.getAudioTracks().filter((each) => each.language === language);
    const chosen = spoken.find((each) => each.roles.includes('description') === isDescribed) ?? spoken[0];
    if (chosen) this.#player.selectAudioTrack(chosen);
  }

  retry(): boolean {
    return this.#player.getLoadMode() !== 0 && this.#player.retryStreaming(0);
  }

  figures(): Figures {
    const { streamBandwidth, estimatedBandwidth, droppedFrames, height } = this.#player.getStats();
    return {
      bitrate_kbps: kilo(streamBandwidth),
      throughput_kbps: kilo(estimatedBandwidth),
      dropped_frames: whole(droppedFrames),
      height: whole(height),
    };
  }

  async close(): Promise<void> {
    await this.#player.destroy();
  }
}

const whole = (value: number): number | null =>
  Number.isFinite(value) && value >= 0 ? Math.round(value) : null;
const kilo = (bits: number): number | null => whole(bits / 1000);

interface NativeAudio {
  enabled: boolean;
  language: string;
  kind: string;
}

class NativeEngine implements Engine {
  readonly canChooseRungs = false;
  #source: Source | null = null;
  readonly #onError: () => void;

  constructor(
    private readonly video: HTMLVideoElement,
    heard: Heard,
  ) {
    this.#onError = () => {
      heard.onFault(faultOfVideo(video.error?.code ?? 0, navigator.onLine));
    };
    video.addEventListener('error', this.#onError);
  }

  attach(): Promise<void> {
    return Promise.resolve();
  }

  open(source: Source): Promise<void> {
    this.#source = source;
    const { video } = this;
    return new Promise((resolve, reject) => {
      const listening = new AbortController();
      const { signal } = listening;
      const begun = () => {
        listening.abort();
        if (source.start_s > 0) video.currentTime = source.start_s;
        if (source.audio) this.setAudio(source.audio.language, source.audio.isDescribed);
        resolve();
      };
      const failed = () => {
        listening.abort();
        reject(new NativeFault(faultOfVideo(video.error?.code ?? 0, navigator.onLine)));
      };
      video.addEventListener('loadedmetadata', begun, { signal });
      video.addEventListener('error', failed, { signal });
      video.src = source.hls;
      video.load();
    });
  }

  setHeight(): void {
    // The browser chooses by itself.
  }

  setAudio(language: string, isDescribed: boolean): void {
    const tracks = (this.video as unknown as { audioTracks?: ArrayLike<NativeAudio> }).audioTracks;
    const all = tracks ? Array.from(tracks) : [];
    const spoken = all.filter((each) => each.language.split('-')[0] === language.split('-')[0]);
    const chosen =
      spoken.find((each) => each.kind.includes('descriptions') === isDescribed) ?? spoken[0] ?? null;
    if (chosen) for (const each of all) each.enabled = each === chosen;
  }

  retry(): boolean {
    return this.#source !== null && this.video.error === null;
  }

  figures(): Figures {
    const quality = this.video.getVideoPlaybackQuality();
    return {
      bitrate_kbps: null,
      throughput_kbps: null,
      dropped_frames: quality.droppedVideoFrames,
      height: this.video.videoHeight || null,
    };
  }

  close(): Promise<void> {
    this.video.removeEventListener('error', this.#onError);
    this.video.removeAttribute('src');
    this.video.load();
    return Promise.resolve();
  }
}

class NativeFault extends Error {
  constructor(readonly fault: Fault) {
    super(fault.kind);
  }
}

/** What went wrong when a film could not be opened. */
export function faultOf(error: unknown): Fault {
  if (error instanceof NativeFault) return error.fault;
  if (typeof error === 'object' && error !== null && 'category' in error)
    return faultOfShaka(error as Parameters<typeof faultOfShaka>[0]);
  return { kind: 'network', status: 0 };
}

/** The engine for a browser, with the video in hand. `byItself` asks for the browser's own. */
export async function makeEngine(video: HTMLVideoElement, byItself: boolean, heard: Heard): Promise<Engine> {
  const engine =
    byItself || !hasMse() ? new NativeEngine(video, heard) : new ShakaEngine(await loadShaka(), video, heard);
  await engine.attach();
  return engine;
}
