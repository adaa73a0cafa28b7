/** The video and what is known of it: everything that somebody does with a film once it is there. */
import type { Schemas } from '@/lib/api';

import type { PlaySession } from './begin';
import type { Engine } from './engine';
import { within } from './logic/times';
import type { Trouble } from './logic/trouble';
import { MediaStore } from './media';

export type Preferences = Schemas['Preferences'];

export interface WatchState {
  phase: 'opening' | 'open' | 'failed';
  session: PlaySession | null;
  trouble: Trouble | null;
  /** The browser wants to be asked before it plays. */
  isBlocked: boolean;
  hasFirstFrame: boolean;
  /** Where it was taken up again; null when it began at the beginning, or that was said. */
  resumedAt: number | null;
  /** The height that was chosen; null: as the network allows. */
  height: number | null;
  canChooseRungs: boolean;
  /** Which of the session's audio tracks, and which of its captions. */
  audio: number;
  caption: number | null;
  rate: number;
  preferences: Preferences | null;
}

export const NOTHING: WatchState = {
  phase: 'opening',
  session: null,
  trouble: null,
  isBlocked: false,
  hasFirstFrame: false,
  resumedAt: null,
  height: null,
  canChooseRungs: true,
  audio: 0,
  caption: null,
  rate: 1,
  preferences: null,
};

const VOLUME = 'cinoche.volume';

/** Where, among tracks, the first of a language is. */
export function indexOf(all: readonly { language: string }[], language: string | null): number | null {
  const at = all.findIndex((each) => each.language === language);
  return at === -1 ? null : at;
}

export abstract class Deck {
  readonly media = new MediaStore();
  protected video: HTMLVideoElement | null = null;
  protected engine: Engine | null = null;
  protected state = NOTHING;
  readonly #listeners = new Set<() => void>();

  readonly get = (): WatchState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Keep how this profile likes to watch. */
  abstract prefer(change: Partial<Preferences>): void;

  protected set(change: Partial<WatchState>): void {
    this.state = { ...this.state, ...change };
    this.#listeners.forEach((each) => {
      each();
    });
  }

  protected recallVolume(video: HTMLVideoElement): void {
    const volume = Number.parseFloat(localStorage.getItem(VOLUME) ?? '');
    if (volume > 0 && volume <= 1) video.volume = volume;
  }

  protected duration(): number {
    const known = this.video?.duration ?? NaN;
    return Number.isFinite(known) && known > 0 ? known : (this.state.session?.duration_s ?? 0);
  }

  /** Where the film is at this very moment; what pages follow is told four times a second. */
  place(): { time_s: number; rate: number; isPaused: boolean } {
    const { video } = this;
    return { time_s: video?.currentTime ?? 0, rate: this.state.rate, isPaused: video?.paused ?? true };
  }

  /** The height of the picture that is played now. */
  heightNow(): number | null {
    return this.engine?.figures().height || null;
  }

  /** Show the film in a window of its own, or back in the page. */
  togglePicture(): void {
    if (document.pictureInPictureElement) void document.exitPictureInPicture();
    else void this.video?.requestPictureInPicture().catch(() => undefined);
  }

  /** Fill the screen with a page's player; where only videos may, with the video. */
  toggleFullscreen(root: HTMLElement): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (document.fullscreenEnabled) void root.requestFullscreen().catch(() => undefined);
    else (this.video as { webkitEnterFullscreen?: () => void } | null)?.webkitEnterFullscreen?.();
  }

  play(): void {
    const video = this.video;
    if (!video || this.state.phase !== 'open') return;
    if (video.ended) video.currentTime = 0;
    video.play().then(
      () => this.set({ isBlocked: false }),
      (error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') this.set({ isBlocked: true });
      },
    );
  }

  pause(): void {
    this.video?.pause();
  }

  toggle(): void {
    if (this.video?.paused) this.play();
    else this.pause();
  }

  seekTo(seconds: number): void {
    const video = this.video;
    if (!video || this.state.phase !== 'open') return;
    video.currentTime = within(seconds, 0, Math.max(0, this.duration() - 0.1));
    if (this.state.resumedAt !== null) this.set({ resumedAt: null });
  }

  seekBy(seconds: number): void {
    if (this.video) this.seekTo(this.video.currentTime + seconds);
  }

  setVolume(volume: number): void {
    const video = this.video;
    if (!video) return;
    video.volume = within(Math.round(volume * 100) / 100, 0, 1);
    video.muted = video.volume === 0;
    if (video.volume > 0) localStorage.setItem(VOLUME, String(video.volume));
  }

  changeVolume(by: number): void {
    if (this.video) this.setVolume((this.video.muted ? 0 : this.video.volume) + by);
  }

  toggleMute(): void {
    const video = this.video;
    if (!video) return;
    video.muted = !video.muted;
    if (!video.muted && video.volume === 0) video.volume = 0.5;
  }

  setRate(rate: number): void {
    if (!this.video) return;
    this.video.defaultPlaybackRate = rate;
    this.video.playbackRate = rate;
    this.set({ rate });
  }

  setHeight(height: number | null): void {
    this.engine?.setHeight(height, this.state.preferences?.quality_cap ?? null);
    this.set({ height });
  }

  setAudio(at: number): void {
    const track = this.state.session?.audio[at];
    if (!track) return;
    this.engine?.setAudio(track.language, track.is_described);
    this.set({ audio: at });
    this.prefer({ audio_language: track.language });
  }

  setCaption(at: number | null): void {
    this.set({ caption: at });
    this.prefer({
      caption_language: at === null ? null : (this.state.session?.captions[at]?.language ?? null),
    });
  }

  /** Captions off, or the ones of this profile's taste. */
  toggleCaptions(): void {
    const { session, caption } = this.state;
    if (!session || session.captions.length === 0) return;
    const audio = session.audio[this.state.audio]?.language;
    const taste =
      indexOf(session.captions, session.caption_language) ?? indexOf(session.captions, audio ?? null);
    this.setCaption(caption === null ? (taste ?? 0) : null);
  }

  /** Begin this title anew. */
  startOver(): void {
    this.seekTo(0);
    this.play();
  }

  forgetResumed(): void {
    this.set({ resumedAt: null });
  }
}
