/**
 * Words in the language of whoever looks. Messages are ICU, compiled when the page is built (scripts/messages.mjs);
 * what runs here only fills them in. `useT()` in components, `t` elsewhere.
 */
import { useSyncExternalStore } from 'react';

import type { Messages } from './messages/keys';
import { parts } from './messages/parts';

export type Language = 'en' | 'fr';
export type Key = keyof Messages;
type Branches = Record<string, Message> & { offset?: number };
type Token = string | [name: string, format?: string, more?: Branches | string];
type Message = string | Token[];
export type Words = Partial<Record<Key, Message>>;
export type Part = keyof typeof parts;
type Values = Record<string, string | number>;
export type Args<K extends Key> = Messages[K] extends null ? [] : [values: Messages[K]];
export type Translate = <K extends Key>(key: K, ...args: Args<K>) => string;

const STORE = 'cinoche.language';
const loaders: Record<Language, () => Promise<{ default: Words }>> = {
  en: () => import('./messages/en'),
  fr: () => import('./messages/fr'),
};

let current: Language = 'en';
let words: Words = {};
const learnt = new Set<Part>();
let translate: Translate = makeTranslate();
const listeners = new Set<() => void>();

function makeTranslate(): Translate {
  return (key, ...args) => fill(words[key] ?? key, (args[0] ?? {}) as Values);
}

/** The tag that dates and numbers are written by. */
export function locale(): string {
  return current === 'fr' ? 'fr-FR' : 'en-GB';
}

/** Neither of our typefaces has U+202F. */
export function setSpaces(text: string): string {
  return text.replace(/\u202f/g, '\u00a0');
}

function fill(message: Message, values: Values, count?: number): string {
  if (typeof message === 'string') return message;
  return message.map((token) => fillToken(token, values, count)).join('');
}

function fillToken(token: Token, values: Values, count: number | undefined): string {
  if (typeof token === 'string') return token === '#' && count !== undefined ? formatNumber(count) : token;
  const [name, format, more] = token;
  const value = values[name] ?? '';
  if (typeof more === 'object') return fillBranch(format ?? '', more, value, values);
  return format === 'number' ? formatNumber(Number(value)) : String(value);
}

function fillBranch(format: string, branches: Branches, value: string | number, values: Values): string {
  if (format === 'select') return fill(branches[String(value)] ?? branches.other ?? '', values);
  const count = Number(value) - (branches.offset ?? 0);
  const rule = new Intl.PluralRules(locale(), { type: format === 'selectordinal' ? 'ordinal' : 'cardinal' });
  return fill(branches[String(value)] ?? branches[rule.select(count)] ?? branches.other ?? '', values, count);
}

function formatNumber(value: number): string {
  return setSpaces(new Intl.NumberFormat(locale()).format(value));
}

/** Say something in the language of now; outside components only, for it does not change with the language. */
export const t: Translate = (key, ...args) => translate(key, ...args);

/** The language of now. */
export function language(): Language {
  return current;
}

/** Load a language and speak it; `keep` makes it this browser's choice. */
export async function speak(next: Language, keep = false): Promise<void> {
  const loaded = await Promise.all([loaders[next](), ...[...learnt].map((part) => parts[part][next]())]);
  words = Object.assign({}, ...loaded.map((each) => each.default)) as Words;
  current = next;
  translate = makeTranslate();
  document.documentElement.lang = next;
  if (keep) keepLanguage(next);
  listeners.forEach((each) => {
    each();
  });
}

/** Make a language this browser's, for when the page is opened again; null leaves it to the browser. */
export function keepLanguage(kept: Language | null): void {
  if (kept) localStorage.setItem(STORE, kept);
  else localStorage.removeItem(STORE);
}

/** The first language of these tags that is spoken here; null where none is. */
export function spokenOf(tags: readonly (string | null)[]): Language | null {
  const known = tags.map((tag) => tag?.slice(0, 2).toLowerCase());
  return known.find((each): each is Language => each === 'fr' || each === 'en') ?? null;
}

/** Load the words that come with a page, in the language of now and in any that is spoken later. */
export async function learn(part: Part): Promise<void> {
  if (learnt.has(part)) return;
  const asked = current;
  const loaded = await parts[part][asked]();
  learnt.add(part);
  if (asked === current) words = { ...words, ...loaded.default };
  else await speak(current);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What says things in the language of now; a component that uses it changes with the language. */
export function useT(): Translate {
  return useSyncExternalStore(subscribe, () => translate);
}

/** The language of now; a component that uses it changes with it. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, language);
}
