/**
 * The answers that `boot.js` asked for before the scripts were here. Each is given once, only to the session and in the
 * language that it was asked for, and none after anything was changed or after a while.
 */
export interface Early {
  session: string;
  language: string;
  /** When they are too old to be given, in milliseconds since 1970. */
  until: number;
  answers: Map<string, Promise<Response>>;
}

declare global {
  interface Window {
    cinocheEarly?: Early | undefined;
  }
}

/** Who asks now, and when. */
export interface Asking {
  session: string | null;
  language: string;
  now: number;
}

/** Take the answer to an address out of those that were asked for early; null where there is none to give. */
export function takeEarly(address: string, asking: Asking): Promise<Response | null> | null {
  const early = globalThis.window?.cinocheEarly;
  if (!early) return null;
  if (early.session !== asking.session || early.language !== asking.language || asking.now > early.until) {
    dropEarly();
    return null;
  }
  const answer = early.answers.get(address);
  if (!answer) return null;
  early.answers.delete(address);
  // What did not arrive is asked for again, as if it had never been.
  return answer.catch(() => null);
}

/** Forget every early answer: something is changed, and they may tell how it was before. */
export function dropEarly(): void {
  if (globalThis.window) globalThis.window.cinocheEarly = undefined;
}
