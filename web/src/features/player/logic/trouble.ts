/** Why a film does not play, in the terms of what somebody can do about it. */
import { Refusal } from '@/lib/api';

export type TroubleKind =
  | 'missing'
  | 'streams'
  | 'forbidden'
  | 'signedOut'
  | 'stopped'
  | 'network'
  | 'server'
  | 'limited'
  | 'decode'
  | 'unsupported'
  | 'unknown';

/** What plays on the account's other devices. */
export interface PlayingElsewhere {
  play_session_id: string;
  title_id: string;
  name: string;
  label: string | null;
}

export interface Trouble {
  kind: TroubleKind;
  playing: readonly PlayingElsewhere[];
}

/** What a fault of the player's engine was, whichever engine it is. */
export interface Fault {
  kind: 'network' | 'http' | 'decode' | 'unsupported' | 'interrupted' | 'unknown';
  status: number;
}

/** A trouble by its kind. */
export const trouble = (kind: TroubleKind, playing: readonly PlayingElsewhere[] = []): Trouble => ({
  kind,
  playing,
});

function playingOf(refusal: Refusal): PlayingElsewhere[] {
  const { playing } = refusal.problem as { playing?: unknown };
  if (!Array.isArray(playing)) return [];
  return playing.flatMap((each: unknown) => {
    const { play_session_id, title_id, name, label, device } = (each ?? {}) as Record<string, unknown>;
    if (typeof play_session_id !== 'string' || typeof name !== 'string') return [];
    const called = label ?? device;
    return [
      {
        play_session_id,
        title_id: String(title_id ?? ''),
        name,
        label: typeof called === 'string' ? called : null,
      },
    ];
  });
}

const BY_STATUS: Readonly<Record<number, TroubleKind>> = {
  0: 'network',
  401: 'signedOut',
  403: 'forbidden',
  404: 'missing',
  409: 'streams',
  410: 'missing',
  429: 'limited',
};

/** Why the server refused to begin. */
export function troubleOfRefusal(error: unknown): Trouble {
  if (!(error instanceof Refusal)) return trouble('unknown');
  const kind = BY_STATUS[error.status] ?? (error.status >= 500 ? 'server' : 'unknown');
  return trouble(kind, kind === 'streams' ? playingOf(error) : []);
}

/** What a fault on the way means; `over` when whether the play session goes on has to be asked first. */
export function troubleOfFault(fault: Fault): Trouble | 'over' | null {
  if (fault.kind === 'interrupted') return null;
  if (fault.kind === 'network') return trouble('network');
  if (fault.kind === 'http') {
    if (fault.status === 401 || fault.status === 403) return 'over';
    if (fault.status === 404 || fault.status === 410) return trouble('missing');
    return trouble(fault.status >= 500 || fault.status === 429 ? 'server' : 'unknown');
  }
  return trouble(fault.kind);
}

/** Whether a trouble ends by itself, so that the player tries again without being asked. */
export function passes({ kind }: Trouble): boolean {
  return kind === 'network' || kind === 'server' || kind === 'limited';
}

/** How long to wait before the next try, in ms: 1, 2, 4, 8 s, then every 15 s. */
export function waitBefore(tries: number): number {
  return Math.min(15_000, 1000 * 2 ** Math.min(tries, 10));
}

/** The names of shaka's error codes that we tell apart (shaka.util.Error). */
const BAD_STATUS = 1001;
const INTERRUPTED: ReadonlySet<number> = new Set([7000, 7001, 7003, 7004, 7006]);
const UNSUPPORTED: ReadonlySet<number> = new Set([4012, 4032, 4036]);
const NETWORK = 1;
const MEDIA = 3;

/** A fault of shaka-player. */
export function faultOfShaka(error: { code?: number; category?: number; data?: unknown[] }): Fault {
  const { code = 0, category = 0, data = [] } = error;
  if (INTERRUPTED.has(code)) return { kind: 'interrupted', status: 0 };
  if (code === BAD_STATUS) return { kind: 'http', status: Number(data[1]) || 0 };
  if (category === NETWORK) return { kind: 'network', status: 0 };
  if (UNSUPPORTED.has(code)) return { kind: 'unsupported', status: 0 };
  return { kind: category === MEDIA ? 'decode' : 'unknown', status: 0 };
}

/** A fault of the browser's own player (MediaError). */
export function faultOfVideo(code: number, isOnline: boolean): Fault {
  const kinds: Readonly<Record<number, Fault['kind']>> = { 1: 'interrupted', 2: 'network', 3: 'decode' };
  if (code === 4) return { kind: isOnline ? 'unsupported' : 'network', status: 0 };
  return { kind: kinds[code] ?? 'unknown', status: 0 };
}

/** What is tried after pictures could not be decoded: a lower rung, then the browser's own HLS, then nothing. */
export function remedyOf(tries: number, canLower: boolean, canHls: boolean): 'lower' | 'hls' | null {
  if (tries === 0 && canLower) return 'lower';
  return tries <= 1 && canHls ? 'hls' : null;
}
