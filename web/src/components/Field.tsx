import { TriangleAlert } from 'lucide-react';
import { useId, type ComponentProps, type ReactNode } from 'react';

import { Icon } from './Icon';

interface Words {
  label: string;
  hint?: string | undefined;
  /** What is wrong with it, announced with the field. */
  wrong?: string | null | undefined;
}

/** A labelled text field with its hint and its error. */
export function Field({ label, hint, wrong, ...rest }: Words & ComponentProps<'input'>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} wrong={wrong}>
      <input
        {...rest}
        id={id}
        className="input"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={describedBy(id, hint, wrong)}
      />
    </Labelled>
  );
}

/** A labelled choice among few. */
export function Select({ label, hint, wrong, children, ...rest }: Words & ComponentProps<'select'>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} wrong={wrong}>
      <select {...rest} id={id} className="input" aria-describedby={describedBy(id, hint, wrong)}>
        {children}
      </select>
    </Labelled>
  );
}

/** A labelled field for more than a line. */
export function TextArea({ label, hint, wrong, ...rest }: Words & ComponentProps<'textarea'>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} wrong={wrong}>
      <textarea
        {...rest}
        id={id}
        className="input"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={describedBy(id, hint, wrong)}
      />
    </Labelled>
  );
}

/** A box to tick, with what it means. */
export function Check({ label, hint, ...rest }: { label: string; hint?: string } & ComponentProps<'input'>) {
  return (
    <label className="check">
      <input type="checkbox" {...rest} />
      <span>
        {label}
        {hint && <small>{hint}</small>}
      </span>
    </label>
  );
}

function describedBy(
  id: string,
  hint: string | undefined,
  wrong: string | null | undefined,
): string | undefined {
  return [hint ? `${id}-hint` : '', wrong ? `${id}-wrong` : ''].filter(Boolean).join(' ') || undefined;
}

function Labelled({ id, label, hint, wrong, children }: Words & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p className="wrong" id={`${id}-wrong`}>
          <Icon of={TriangleAlert} size={18} />
          {wrong}
        </p>
      )}
    </div>
  );
}
