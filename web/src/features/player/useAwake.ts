import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

const REST_AFTER_MS = 3000;

/**
 * Whether the controls are shown: for three seconds after the last motion, and for as long as one of them has the focus
 * of the keyboard or `isHeld` says so.
 */
export function useAwake(
  root: RefObject<HTMLElement | null>,
  isHeld: boolean,
): [boolean, () => void, () => void] {
  const [isAwake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wake = useCallback(() => {
    setAwake(true);
    clearTimeout(timer.current);
    const rest = () => {
      if (root.current?.querySelector('.pl-chrome :focus-visible'))
        timer.current = setTimeout(rest, REST_AFTER_MS);
      else setAwake(false);
    };
    timer.current = setTimeout(rest, REST_AFTER_MS);
  }, [root]);
  const rest = useCallback(() => {
    clearTimeout(timer.current);
    setAwake(false);
  }, []);
  useEffect(() => {
    const first = setTimeout(wake, 0);
    return () => {
      clearTimeout(first);
      clearTimeout(timer.current);
    };
  }, [wake, isHeld]);
  return [isAwake || isHeld, wake, rest];
}
