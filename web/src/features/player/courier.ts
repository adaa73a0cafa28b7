/** Carries heartbeats to the server, again and again until they arrive. */
import { address, Refusal, type Schemas } from '@/lib/api';

import { BeatQueue, type BeatState } from './logic/beats';
import { waitBefore } from './logic/trouble';

type Heartbeat = Schemas['Heartbeat'];
export type Quality = Schemas['Quality'];

/** Everything that a courier needs of the world. */
export interface Road {
  /** Send a message; throws a Refusal. */
  post: (playSessionId: string, message: Heartbeat, isLast: boolean) => Promise<Schemas['Beaten']>;
  /** Send a message while the page closes, without an answer. */
  beacon: (url: string, message: Heartbeat) => void;
  now: () => number;
}

interface Of {
  playSessionId: string;
  token: string;
  quality: () => Quality;
  /** The server says that the play session is over. */
  onOver: () => void;
}

/** The browser's road. */
export function openRoad(post: Road['post']): Road {
  return {
    post,
    beacon: (url, message) => {
      navigator.sendBeacon(url, new Blob([JSON.stringify(message)], { type: 'application/json' }));
    },
    now: () => Date.now(),
  };
}

const ARRIVED_NEVER: ReadonlySet<number> = new Set([400, 403, 404, 410, 413, 422]);

export class Courier {
  readonly #queue = new BeatQueue();
  #isOut = false;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(
    private readonly road: Road,
    private readonly of: Of,
  ) {}

  /** How many beats have not arrived yet. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Tell where the film is, and send it. */
  tell(state: BeatState, position_s: number): void {
    this.note(state, position_s);
    if (this.#tries === 0) void this.flush();
  }

  /** Keep where the film is, for the next message. */
  note(state: BeatState, position_s: number): void {
    if (!this.#isOver) this.#queue.add(state, position_s, this.road.now());
  }

  /** Send what waits, now: at the end, and when the network is back. */
  async flush(isLast = false): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isOut || this.#isOver || this.#queue.size === 0) return;
    this.#isOut = true;
    const beats = this.#queue.message(this.road.now());
    let goesOn = true;
    let hasFailed = false;
    try {
      goesOn = (await this.road.post(this.of.playSessionId, this.#message(beats), isLast)).goes_on;
      this.#queue.acknowledge(beats);
      this.#tries = 0;
    } catch (error) {
      if (error instanceof Refusal && ARRIVED_NEVER.has(error.status)) goesOn = false;
      else hasFailed = true;
    }
    this.#isOut = false;
    if (hasFailed) this.#later();
    else if (!goesOn) this.#end();
    else if (this.#queue.size > 0) await this.flush(isLast);
  }

  /** Send what waits as the page closes or is put away. What arrives twice counts once. */
  dispatch(): void {
    if (this.#isOver || this.#queue.size === 0) return;
    const url = address('/play-sessions/{id}/heartbeats', { id: this.of.playSessionId });
    this.road.beacon(url, this.#message(this.#queue.message(this.road.now())));
  }

  /** Send no more. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #message(beats: Heartbeat['beats']): Heartbeat {
    return { token: this.of.token, beats, quality: this.of.quality() };
  }

  #later(): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => void this.flush(), waitBefore(this.#tries));
    this.#tries += 1;
  }

  #end(): void {
    this.stop();
    this.of.onOver();
  }
}
