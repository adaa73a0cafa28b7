/** Heartbeats that wait to be told: none lost while the network is away, none told twice under another name. */

export type BeatState = 'playing' | 'paused' | 'buffering' | 'seeking' | 'ended' | 'closed';

export interface Kept {
  beat_id: string;
  state: BeatState;
  position_s: number;
  at_ms: number;
}

export interface Sent {
  beat_id: string;
  state: BeatState;
  position_s: number;
  ago_s: number;
}

const IN_A_MESSAGE = 100;
const MOST = 1000;
const LONGEST_S = 86_400;

/** Beats by age. A beat stays until its message is known to have arrived. */
export class BeatQueue {
  #kept: Kept[] = [];

  constructor(private readonly draw: () => string = () => crypto.randomUUID()) {}

  get size(): number {
    return this.#kept.length;
  }

  /** Keep a beat. Beyond a thousand, which is hours without network, the oldest that only says "still playing" goes. */
  add(state: BeatState, position_s: number, now_ms: number): void {
    const at = Number.isFinite(position_s) ? Math.min(Math.max(position_s, 0), LONGEST_S) : 0;
    this.#kept.push({ beat_id: this.draw(), state, position_s: Math.round(at * 1000) / 1000, at_ms: now_ms });
    if (this.#kept.length <= MOST) return;
    const dull = this.#kept.findIndex((each) => each.state === 'playing');
    this.#kept.splice(Math.max(0, dull), 1);
  }

  /** The oldest beats that fit a message, with how long ago they were. */
  message(now_ms: number): Sent[] {
    return this.#kept.slice(0, IN_A_MESSAGE).map(({ at_ms, ...beat }) => ({
      ...beat,
      ago_s: Math.min(Math.max(0, (now_ms - at_ms) / 1000), LONGEST_S),
    }));
  }

  /** Forget beats that have arrived. */
  acknowledge(beats: readonly { beat_id: string }[]): void {
    const arrived = new Set(beats.map((each) => each.beat_id));
    this.#kept = this.#kept.filter((each) => !arrived.has(each.beat_id));
  }
}
