/** Soirée or matinée: the system's choice until somebody chooses. `boot.js` sets it before the first paint. */
import { useSyncExternalStore } from 'react';

export type Theme = 'soiree' | 'matinee';

const STORE = 'cinoche.theme';
const GROUNDS: Record<Theme, string> = { soiree: '#091814', matinee: '#f8e7e5' };
const listeners = new Set<() => void>();

function current(): Theme {
  return document.documentElement.dataset.theme === 'matinee' ? 'matinee' : 'soiree';
}

function show(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  document.querySelector<HTMLMetaElement>('meta[name=theme-color]')?.setAttribute('content', GROUNDS[theme]);
  listeners.forEach((each) => {
    each();
  });
}

/** Choose a theme, for good. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORE, theme);
  show(theme);
}

/** Follow the system as it changes, as long as nobody chose. */
export function followSystem(): void {
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', (event) => {
    if (!localStorage.getItem(STORE)) show(event.matches ? 'matinee' : 'soiree');
  });
}

/** The theme of now. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    current,
    () => 'soiree',
  );
}
