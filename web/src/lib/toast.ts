/** Short words about what just happened, with a way back. */
import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  text: string;
  undo: (() => void) | undefined;
}

let toasts: readonly Toast[] = [];
let count = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  listeners.forEach((each) => {
    each();
  });
}

/** Say something; `undo` gives a button that takes it back. Only the last thing said stays. */
export function notify(text: string, undo?: () => void): void {
  count += 1;
  set([{ id: count, text, undo }]);
}

/** Take a toast away. */
export function dismissToast(id: number): void {
  set(toasts.filter((each) => each.id !== id));
}

/** What is being said. */
export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
    () => toasts,
  );
}
