/** Watching a title: the play session, the engine and the heartbeats together, as a value that pages can follow. */
import { api, Refusal } from '@/lib/api';
import { t } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { meQuery } from '@/lib/session';
import { notify } from '@/lib/toast';

import { askPlaySession, takePlaySession, type PlaySession } from './begin';
import { Courier, openRoad, type Quality } from './courier';
import { Deck, indexOf, NOTHING, type Preferences } from './deck';
import { faultOf, hasCodecs, hasHls, makeEngine } from './engine';
import { farewell } from './farewell';
import type { BeatState } from './logic/beats';
import { below, startEstimate } from './logic/rungs';
import {
  passes,
  remedyOf,
  trouble as troubleOf,
  troubleOfFault,
  troubleOfRefusal,
  waitBefore,
  type Fault,
  type Trouble,
} from './logic/trouble';
import { bufferedTo } from './media';
import { Meter } from './meter';

const SEEK_SETTLES_MS = 400;
const SAVE_AFTER_MS = 700;
const QUIET_MS = 2000;

const road = openRoad((play_session_id, body, isLast) =>
  api.post('/play-sessions/{play_session_id}/heartbeats', {
    path: { play_session_id },
    body,
    keepalive: isLast,
  }),
);

export class Watch extends Deck {
  #courier: Courier | null = null;
  readonly #meter = new Meter();
  #titleId = '';
  /** How the picture got there, as it was when the engine was last asked. */
  #figures: Quality = {};
  #turn = 0;
  #tries = 0;
  #decodeTries = 0;
  #faultedAt: number | null = null;
  #faultedAtMs = 0;
  #triedAtMs = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #save: ReturnType<typeof setTimeout> | undefined;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #beating: ReturnType<typeof setInterval> | undefined;
  /** Where the film was, and is to be taken up again; null before it began. */
  #place_s: number | null = null;

  constructor(private readonly profileId: string) {
    super();
  }

  /** Take the page's video; the answer, at the end, tells the server that watching is over. */
  readonly attach = (video: HTMLVideoElement): (() => void) => {
    this.video = video;
    this.recallVolume(video);
    const unfollow = this.media.follow(video);
    const listening = new AbortController();
    this.#listen(video, listening.signal);
    return () => {
      listening.abort();
      unfollow();
      void this.#leave();
      this.video = null;
    };
  };

  /** Watch a title: its play session may have been asked for at the click. */
  async open(titleId: string): Promise<void> {
    this.#titleId = titleId;
    this.#place_s = null;
    await this.#openWith(() => takePlaySession(this.profileId, titleId), null);
  }

  /** Try again from where it stopped. */
  async again(): Promise<void> {
    const titleId = this.state.session?.title.title_id ?? this.#titleId;
    await this.#openWith(() => askPlaySession(this.profileId, titleId, false), this.#place_s);
  }

  /** Try at once what would be tried by itself. */
  retryNow(): void {
    this.#tries = 0;
    void this.#tryAgain();
  }

  /** End a play session of another device, and then play here. */
  async stopElsewhere(playSessionId: string): Promise<void> {
    try {
      await api.delete('/play-sessions/{play_session_id}', { path: { play_session_id: playSessionId } });
    } catch (error) {
      if (!(error instanceof Refusal && error.status === 404)) {
        this.#fail(troubleOfRefusal(error));
        return;
      }
    }
    await this.again();
  }

  /** Keep how this profile likes to watch. */
  prefer(change: Partial<Preferences>): void {
    const { preferences } = this.state;
    if (!preferences) return;
    this.set({ preferences: { ...preferences, ...change } });
    clearTimeout(this.#save);
    this.#save = setTimeout(() => void this.#savePreferences(), SAVE_AFTER_MS);
  }

  async #savePreferences(): Promise<void> {
    const { preferences } = this.state;
    if (!preferences) return;
    try {
      await api.patch('/profiles/{profile_id}', {
        path: { profile_id: this.profileId },
        body: { preferences },
      });
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    } catch {
      notify(t('player.notKept'));
    }
  }

  async #openWith(ask: () => Promise<PlaySession>, at_s: number | null): Promise<void> {
    const left = this.#leave();
    const turn = (this.#turn += 1);
    const video = this.video;
    if (!video) return;
    const { preferences, rate, trouble, session: before } = this.state;
    const stays = trouble && passes(trouble) ? trouble : null;
    this.set({ ...NOTHING, preferences, rate, trouble: stays, session: at_s === null ? null : before });
    if (!hasCodecs()) {
      this.#fail(troubleOf('unsupported'));
      return;
    }
    const asked = ask();
    const made = left.then(() => makeEngine(video, false, { onFault: (fault) => void this.#onFault(fault) }));
    try {
      const [session, engine] = await Promise.all([asked, made]);
      if (turn === this.#turn) {
        this.engine = engine;
        await this.#start(session, at_s ?? session.position_s, at_s === null && session.position_s > 0, turn);
        return;
      }
      const { play_session_id } = session;
      void api.delete('/play-sessions/{play_session_id}', { path: { play_session_id } });
    } catch (error) {
      if (turn === this.#turn)
        this.#fail(error instanceof Refusal ? troubleOfRefusal(error) : troubleOf('network'));
    }
    void made.then((engine) => engine.close()).catch(() => undefined);
  }

  async #start(session: PlaySession, start_s: number, isResumed: boolean, turn: number): Promise<void> {
    this.#meter.begin();
    this.#decodeTries = 0;
    this.#courier = new Courier(road, {
      playSessionId: session.play_session_id,
      token: session.token,
      quality: () => this.#quality(),
      onOver: () => void this.#onOver(),
    });
    this.set({
      session,
      resumedAt: isResumed ? start_s : null,
      audio: indexOf(session.audio, session.audio_language) ?? 0,
      caption: indexOf(session.captions, session.caption_language),
      preferences: session.preferences,
      canChooseRungs: this.engine?.canChooseRungs ?? false,
    });
    await this.#load(start_s, session.preferences.quality_cap ?? null, turn);
    clearInterval(this.#beating);
    this.#beating = setInterval(() => this.#beat(), session.heartbeat_s * 1000);
  }

  async #load(start_s: number, cap: number | null, turn: number): Promise<void> {
    const [{ session, audio }, video, engine] = [this.state, this.video, this.engine];
    if (!session || !video || !engine) return;
    const track = session.audio[audio];
    video.autoplay = true;
    try {
      await engine.open({
        dash: session.dash,
        hls: session.hls,
        start_s,
        estimate: startEstimate(session.rungs, cap),
        cap,
        audio: track ? { language: track.language, isDescribed: track.is_described } : null,
      });
    } catch (error) {
      if (turn === this.#turn) await this.#onFault(faultOf(error));
      return;
    }
    if (turn !== this.#turn) return;
    this.set({ phase: 'open', trouble: null });
    video.autoplay = false;
    if (this.state.rate !== 1) this.setRate(this.state.rate);
    this.play();
  }

  #fail(found: Trouble): void {
    // A browser that has a network and gets no answer misses the server, not the network.
    const trouble = found.kind === 'network' && navigator.onLine ? troubleOf('server') : found;
    clearTimeout(this.#retry);
    if (passes(trouble)) {
      this.set({ trouble });
      this.#retry = setTimeout(() => void this.#tryAgain(), waitBefore(this.#tries));
      this.#tries += 1;
      return;
    }
    clearInterval(this.#beating);
    this.video?.pause();
    this.set({ phase: 'failed', trouble });
  }

  /** Ends a trouble that passes: fetch on where it stopped, or open once more what never opened. */
  async #tryAgain(): Promise<void> {
    const { trouble, phase } = this.state;
    if (!trouble || !passes(trouble)) return;
    void this.#courier?.flush();
    this.#triedAtMs = performance.now();
    if (phase === 'open' && this.engine?.retry()) return;
    await this.again();
  }

  async #onFault(fault: Fault): Promise<void> {
    const trouble = troubleOfFault(fault);
    if (trouble === null || this.state.phase === 'failed') return;
    this.#faultedAt = this.video ? bufferedTo(this.video) : 0;
    this.#faultedAtMs = performance.now();
    if (trouble === 'over') {
      this.#courier?.tell(this.#doing(), this.video?.currentTime ?? 0);
      this.#retry = setTimeout(() => this.engine?.retry(), waitBefore(this.#tries));
      this.#tries += 1;
    } else if (trouble.kind === 'decode') await this.#decodeOtherwise();
    else this.#fail(trouble);
  }

  async #decodeOtherwise(): Promise<void> {
    const [{ session }, video] = [this.state, this.video];
    if (!session || !video) return;
    const cap = session.preferences.quality_cap ?? null;
    const lower = below(session.rungs, this.engine?.figures().height ?? 0, cap);
    const remedy = remedyOf(this.#decodeTries, lower !== null, hasHls(video));
    this.#decodeTries += 1;
    if (remedy === null) {
      this.#fail(troubleOf('decode'));
      return;
    }
    const [at_s, turn] = [video.currentTime, (this.#turn += 1)];
    await this.engine?.close();
    this.engine = await makeEngine(video, remedy === 'hls', {
      onFault: (fault) => void this.#onFault(fault),
    });
    this.set({ canChooseRungs: this.engine.canChooseRungs });
    if (turn === this.#turn) await this.#load(at_s, remedy === 'lower' ? lower : cap, turn);
  }

  /** The server says that this play session is over: because of who is signed in, or of another device? */
  async #onOver(): Promise<void> {
    try {
      await api.get('/me');
      this.#fail(troubleOf('stopped'));
    } catch (error) {
      const isOut = error instanceof Refusal && error.status === 401;
      this.#fail(isOut ? troubleOf('signedOut') : troubleOfRefusal(error));
    }
  }

  #doing(): BeatState {
    const { isPaused, isWaiting, isSeeking, hasEnded } = this.media.get();
    if (hasEnded) return 'ended';
    if (isPaused) return 'paused';
    if (isSeeking) return 'seeking';
    return isWaiting ? 'buffering' : 'playing';
  }

  #beat(state: BeatState = this.#doing()): void {
    if (this.video) this.#courier?.tell(state, this.video.currentTime);
  }

  #quality(): Quality {
    const buffer_s = this.video ? bufferedTo(this.video) - this.video.currentTime : 0;
    if (this.engine)
      this.#figures = { ...this.engine.figures(), buffer_ms: Math.round(Math.max(0, buffer_s) * 1000) };
    return { ...this.#figures, ...this.#meter.read() };
  }

  #listen(video: HTMLVideoElement, signal: AbortSignal): void {
    const on = (name: string, then: () => void) => video.addEventListener(name, then, { signal });
    this.#meter.follow(video, signal, () => this.set({ hasFirstFrame: true }));
    on('play', () => this.state.phase === 'open' && this.#beat('playing'));
    on('pause', () => !video.ended && this.#beat('paused'));
    on('ended', () => this.#beat('ended'));
    on('seeked', () => {
      clearTimeout(this.#settle);
      this.#settle = setTimeout(() => this.#beat(), SEEK_SETTLES_MS);
    });
    on('progress', () => this.#onProgress());
    on('timeupdate', () => {
      if (this.state.phase === 'open' && !video.seeking) this.#place_s = video.currentTime;
      this.#onProgress();
    });
    const away = () => {
      if (document.visibilityState === 'hidden') this.#putAway(this.#doing());
    };
    document.addEventListener('visibilitychange', away, { signal });
    addEventListener('pagehide', () => this.#putAway('closed'), { signal });
    addEventListener('pageshow', (event) => event.persisted && void this.again(), { signal });
    addEventListener('offline', () => this.#onOffline(), { signal });
    addEventListener('online', () => this.#onOnline(), { signal });
  }

  #putAway(state: BeatState): void {
    if (!this.video || !this.#courier) return;
    this.#courier.note(state, this.video.currentTime);
    this.#courier.dispatch();
  }

  #onOffline(): void {
    if (this.state.phase !== 'failed') this.#fail(troubleOf('network'));
  }

  #onOnline(): void {
    this.#tries = 0;
    if (this.state.trouble && this.#faultedAt === null && this.state.phase === 'open') this.#clear();
    else void this.#tryAgain();
    void this.#courier?.flush();
  }

  /** More of the film has arrived, or it plays on without a new fault: whatever was in the way is gone. */
  #onProgress(): void {
    const [{ trouble }, video] = [this.state, this.video];
    if (!trouble || !passes(trouble) || !video || this.#faultedAt === null) return;
    const hasMore = bufferedTo(video) > this.#faultedAt + 0.1;
    const isQuiet =
      this.#triedAtMs > this.#faultedAtMs &&
      performance.now() - this.#triedAtMs > QUIET_MS &&
      navigator.onLine;
    if (hasMore || (isQuiet && !this.media.get().isWaiting)) this.#clear();
  }

  #clear(): void {
    clearTimeout(this.#retry);
    this.#tries = 0;
    this.#faultedAt = null;
    this.set({ trouble: null });
  }

  async #leave(): Promise<void> {
    const [courier, engine, { session }] = [this.#courier, this.engine, this.state];
    const at_s = this.video?.currentTime ?? 0;
    this.#turn += 1;
    this.#quality();
    this.#courier = null;
    this.engine = null;
    this.#faultedAt = null;
    clearInterval(this.#beating);
    clearTimeout(this.#retry);
    clearTimeout(this.#settle);
    courier?.note('closed', at_s);
    const closed = engine?.close();
    if (courier && session) void farewell(this.profileId, courier, session, this.#meter.watched_s());
    await closed;
  }
}
