/** Drawing a long page a part at a time: first what is seen, then the rest while nothing else is to be done. */
import { startTransition, useEffect, useState } from 'react';

const LATEST_MS = 400;

/** Do something when the browser has nothing better to do, soon in any case; returns what calls it off. */
function whenIdle(todo: () => void): () => void {
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(todo, 50);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(todo, { timeout: LATEST_MS });
  return () => cancelIdleCallback(asked);
}

/** How many of `count` parts to draw by now: `first` at once, then one more each time the browser is idle. */
export function useStaged(count: number, first: number): number {
  const [drawn, setDrawn] = useState(first);
  const isWhole = drawn >= count;
  useEffect(
    () => (isWhole ? undefined : whenIdle(() => startTransition(() => setDrawn((now) => now + 1)))),
    [isWhole, drawn],
  );
  return Math.min(drawn, count);
}
