/** What the video is doing, as one value that changes when it does. */

export interface MediaState {
  time_s: number;
  duration_s: number;
  buffered_s: number;
  isPaused: boolean;
  isSeeking: boolean;
  /** Whether it would play, but has nothing to show. */
  isWaiting: boolean;
  hasEnded: boolean;
  volume: number;
  isMuted: boolean;
  isInPicture: boolean;
}

const EVENTS = [
  'timeupdate',
  'play',
  'playing',
  'pause',
  'waiting',
  'canplay',
  'loadeddata',
  'emptied',
  'seeking',
  'seeked',
  'durationchange',
  'progress',
  'volumechange',
  'ended',
  'enterpictureinpicture',
  'leavepictureinpicture',
] as const;

const NOTHING: MediaState = {
  time_s: 0,
  duration_s: 0,
  buffered_s: 0,
  isPaused: true,
  isSeeking: false,
  isWaiting: false,
  hasEnded: false,
  volume: 1,
  isMuted: false,
  isInPicture: false,
};

/** Up to where the film can be shown without the network, from where it is. */
export function bufferedTo(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video;
  for (let at = 0; at < buffered.length; at += 1) {
    if (buffered.start(at) <= currentTime + 0.2 && currentTime <= buffered.end(at)) return buffered.end(at);
  }
  return currentTime;
}

function read(video: HTMLVideoElement): MediaState {
  return {
    time_s: video.currentTime,
    duration_s: Number.isFinite(video.duration) ? video.duration : 0,
    buffered_s: bufferedTo(video),
    isPaused: video.paused,
    isSeeking: video.seeking,
    isWaiting: !video.paused && !video.ended && video.readyState < video.HAVE_FUTURE_DATA,
    hasEnded: video.ended,
    volume: video.volume,
    isMuted: video.muted,
    isInPicture: document.pictureInPictureElement === video,
  };
}

export class MediaStore {
  #state = NOTHING;
  readonly #listeners = new Set<() => void>();

  /** Follow a video; the answer stops following it. */
  follow(video: HTMLVideoElement): () => void {
    const listening = new AbortController();
    const update = () => {
      this.#state = read(video);
      this.#listeners.forEach((each) => {
        each();
      });
    };
    for (const name of EVENTS) video.addEventListener(name, update, { signal: listening.signal });
    update();
    return () => {
      listening.abort();
    };
  }

  readonly get = (): MediaState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
