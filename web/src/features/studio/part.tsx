import { useId, type ReactNode } from 'react';

/** A part of a page between two rules: what it is about, what it found, and what shows it. */
export function Part({
  name,
  finding,
  className = '',
  tools,
  children,
}: {
  name: string;
  finding?: ReactNode;
  className?: string;
  tools?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`part ${className}`.trim()} aria-labelledby={id}>
      <div className="part-head">
        <div>
          <h2 id={id}>{name}</h2>
          {finding && <p className="voice">{finding}</p>}
        </div>
        {tools && <div className="part-tools">{tools}</div>}
      </div>
      {children}
    </section>
  );
}

/** A bar as long as a share of the whole; beside its number, which says the same. */
export function Bar({ share, tone = 1 }: { share: number; tone?: 1 | 3 }) {
  const style: Record<string, string> = { '--share': `${Math.min(1, Math.max(0, share)) * 100}%` };
  return <span aria-hidden className={`share tone-${tone}`} style={style} />;
}
