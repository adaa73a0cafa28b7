import { percent } from '@/lib/format';

/** How far something has come, as a bar; its words stand beside it. */
export function Progress({ share, label }: { share: number; label: string }) {
  const style: Record<string, string> = { '--share': `${Math.min(1, Math.max(0, share)) * 100}%` };
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={percent(share)}
      className="progress"
      style={style}
    />
  );
}
