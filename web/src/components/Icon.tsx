import type { LucideIcon } from 'lucide-react';

/** An icon beside words, or within something that has a name: nothing is read aloud for it. */
export function Icon({
  of: Drawing,
  size = 20,
  filled = false,
}: {
  of: LucideIcon;
  size?: number;
  filled?: boolean;
}) {
  return (
    <Drawing
      size={size}
      strokeWidth={1.75}
      aria-hidden
      focusable={false}
      className={filled ? 'filled' : ''}
    />
  );
}
