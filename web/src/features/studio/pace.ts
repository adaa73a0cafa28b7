/** How fast something goes, from what was seen of it: a few seconds back, so that a hiccup does not shake the words. */

const WINDOW_MS = 8000;
const LEAST_MS = 1500;

interface Seen {
  at: number;
  bytes: number;
}

export class Pace {
  private seen: Seen[] = [];

  /** Note that so many bytes had been sent at a time, in milliseconds. */
  note(at: number, bytes: number): void {
    this.seen.push({ at, bytes });
    while (this.seen.length > 2 && at - (this.seen[0]?.at ?? at) > WINDOW_MS) this.seen.shift();
  }

  /** Forget what was seen: after a pause, only what comes counts. */
  forget(): void {
    this.seen = [];
  }

  /** Bytes a second; null until there is enough to tell. */
  get bytesPerS(): number | null {
    const [first, last] = [this.seen[0], this.seen.at(-1)];
    if (!first || !last || last.at - first.at < LEAST_MS) return null;
    return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at));
  }

  /** Seconds until so many bytes more are sent; null where that cannot be told. */
  restS(left: number): number | null {
    const pace = this.bytesPerS;
    return pace ? left / pace : null;
  }
}
