/** Measures what watching is like: how long until the first frame, how often and how long it had to wait. */
import type { Quality } from './courier';

export class Meter {
  #startup_ms: number | null = null;
  #stalls = 0;
  #stalled_ms = 0;
  #stalledSince: number | null = null;
  #watched_s = 0;
  #last_s = 0;

  /** Another play session begins. */
  begin(): void {
    this.#startup_ms = null;
    this.#stalls = 0;
    this.#stalled_ms = 0;
    this.#stalledSince = null;
    this.#watched_s = 0;
    this.#last_s = 0;
  }

  /** Follow a video; `onFirstFrame` is told when the first picture of a play session is there. */
  follow(video: HTMLVideoElement, signal: AbortSignal, onFirstFrame: () => void): void {
    const on = (name: string, then: () => void) => video.addEventListener(name, then, { signal });
    on('loadeddata', () => {
      if ('requestVideoFrameCallback' in video)
        video.requestVideoFrameCallback(() => this.#firstFrame(onFirstFrame));
    });
    on('playing', () => {
      this.#firstFrame(onFirstFrame);
      this.#endStall();
    });
    on('waiting', () => {
      if (this.#startup_ms === null || video.seeking || this.#stalledSince !== null) return;
      this.#stalls += 1;
      this.#stalledSince = performance.now();
    });
    for (const name of ['pause', 'seeking', 'emptied']) on(name, () => this.#endStall());
    on('timeupdate', () => {
      const step_s = video.currentTime - this.#last_s;
      if (!video.seeking && step_s > 0 && step_s < 2) this.#watched_s += step_s;
      this.#last_s = video.currentTime;
    });
  }

  /** What a heartbeat tells, since the beginning of the play session. */
  read(): Quality {
    const now_ms = this.#stalledSince === null ? 0 : performance.now() - this.#stalledSince;
    return {
      startup_ms: this.#startup_ms,
      stalls: this.#stalls,
      stalled_ms: Math.round(this.#stalled_ms + now_ms),
    };
  }

  /** How much was watched. */
  watched_s(): number {
    return this.#watched_s;
  }

  #endStall(): void {
    if (this.#stalledSince === null) return;
    this.#stalled_ms += performance.now() - this.#stalledSince;
    this.#stalledSince = null;
  }

  #firstFrame(then: () => void): void {
    if (this.#startup_ms !== null) return;
    const begun = performance.getEntriesByName('cinoche:begun').at(-1)?.startTime ?? performance.now();
    this.#startup_ms = Math.round(performance.now() - begun);
    performance.mark('cinoche:first-frame');
    then();
  }
}
