/**
 * The API, typed by its own description: `api.get('/profiles/{profile_id}/home', { path: { profile_id } })`.
 * Every refusal is thrown as a `Refusal`, which says what was wrong, where, and what would be right.
 */
import { dropEarly, takeEarly } from './early';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
type Prefix = '/api/v1';
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<A extends string, M extends Method> = `${Prefix}${A}` extends keyof paths
  ? M extends keyof paths[`${Prefix}${A}`]
    ? paths[`${Prefix}${A}`][M]
    : never
  : never;

/** The addresses, without their prefix, that know a method. */
export type Address<M extends Method> = {
  [P in keyof paths]: P extends `${Prefix}${infer A}` ? (paths[P][M] extends object ? A : never) : never;
}[keyof paths];

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Answer<O> = O extends { responses: infer R }
  ? R extends { 200: infer Ok }
    ? Json<Ok>
    : R extends { 201: infer Created }
      ? Json<Created>
      : undefined
  : never;
type PathOf<O> = O extends { parameters: { path: infer P extends object } } ? { path: P } : { path?: never };
type QueryOf<O> = O extends { parameters: { query?: infer Q } }
  ? [Q] extends [undefined]
    ? { query?: never }
    : { query?: Q }
  : { query?: never };
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } }
  ? { body: B }
  : { body?: never };
type Extra = { signal?: AbortSignal | undefined; keepalive?: boolean };
type Options<O> = PathOf<O> & QueryOf<O> & BodyOf<O> & Extra;
type Args<O> =
  PathOf<O> extends { path?: never }
    ? BodyOf<O> extends { body?: never }
      ? [options?: Options<O>]
      : [options: Options<O>]
    : [options: Options<O>];

/** Why the server, or the network, refused. `status` is 0 when the server could not be reached. */
export class Refusal extends Error {
  readonly status: number;
  readonly where: string | null;
  readonly remedy: string | null;
  readonly problem: Partial<Schemas['Problem']>;

  constructor(status: number, problem: Partial<Schemas['Problem']>) {
    super(problem.detail ?? problem.title ?? 'No answer');
    this.name = 'Refusal';
    this.status = status;
    this.where = problem.where ?? problem.errors?.[0]?.where ?? null;
    this.remedy = problem.remedy ?? null;
    this.problem = problem;
  }

  /** Whether the server could not be reached at all. */
  get isOffline(): boolean {
    return this.status === 0;
  }
}

/** Routes whose 401 says something else than that the session is over. */
const OWN_SIGN_IN: ReadonlySet<string> = new Set([
  '/sessions',
  '/me',
  '/me/password',
  '/me/deletion',
  '/sessions/current/profile',
]);

let onSignedOut: () => void = () => undefined;

/** Say what to do when the server no longer knows the session. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

/** The value of a cookie that scripts may read; none where the page is only being written. */
export function cookie(name: string): string | null {
  if (typeof document === 'undefined') return null;
  const found = document.cookie.split('; ').find((each) => each.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : null;
}

/** The full address of a route, its parts filled in. */
export function address(template: string, path: object = {}, query: object = {}): string {
  const filled = Object.entries(path).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, encodeURIComponent(String(value))),
    `/api/v1${template}`,
  );
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value != null) asked.append(key, String(value));
  return asked.size > 0 ? `${filled}?${asked}` : filled;
}

async function problemOf(response: Response): Promise<Partial<Schemas['Problem']>> {
  try {
    return (await response.json()) as Partial<Schemas['Problem']>;
  } catch {
    return { title: response.statusText, status: response.status };
  }
}

interface Asked extends Extra {
  path?: object;
  query?: object;
  body?: unknown;
}

function languageOfPage(): string {
  return document.documentElement.lang || 'en';
}

function requestOf(method: Method, { body, signal, keepalive }: Asked): RequestInit {
  // The server's sentences are in the language that the page is read in.
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': languageOfPage(),
  };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const csrf = method === 'get' ? null : cookie('cinoche_csrf');
  if (csrf) headers['X-CSRF-Token'] = csrf;
  return {
    method: method.toUpperCase(),
    headers,
    credentials: 'same-origin',
    signal: signal ?? null,
    keepalive: keepalive ?? false,
    body: body === undefined ? null : JSON.stringify(body),
  };
}

function early(method: Method, where: string): Promise<Response | null> | null {
  if (method === 'get')
    return takeEarly(where, { session: cookie('cinoche_csrf'), language: languageOfPage(), now: Date.now() });
  dropEarly();
  return null;
}

async function send(method: Method, template: string, asked: Asked = {}): Promise<unknown> {
  const where = address(template, asked.path, asked.query);
  let response: Response;
  try {
    response = (await early(method, where)) ?? (await fetch(where, requestOf(method, asked)));
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    throw new Refusal(0, {});
  }
  if (response.ok) return response.status === 204 ? undefined : ((await response.json()) as unknown);
  const refusal = new Refusal(response.status, await problemOf(response));
  if (response.status === 401 && !OWN_SIGN_IN.has(template)) onSignedOut();
  throw refusal;
}

function caller<M extends Method>(method: M) {
  return <A extends Address<M>>(template: A, ...args: Args<Operation<A, M>>) =>
    send(method, template, args[0] as never) as Promise<Answer<Operation<A, M>>>;
}

export const api = {
  get: caller('get'),
  post: caller('post'),
  put: caller('put'),
  patch: caller('patch'),
  delete: caller('delete'),
};
