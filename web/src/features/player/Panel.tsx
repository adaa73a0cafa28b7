import { useEffect, useId, useRef, type ReactNode } from 'react';

export interface Option<T> {
  value: T;
  name: string;
  hint?: string | undefined;
  lang?: string | undefined;
}

/** One of several, as radio buttons: the arrows choose at once. */
export function Choice<T extends string | number | null>({
  legend,
  isTitle = false,
  isInline = false,
  options,
  value,
  onChoose,
}: {
  legend: string;
  isTitle?: boolean;
  isInline?: boolean;
  options: readonly Option<T>[];
  value: T;
  onChoose: (value: T) => void;
}) {
  const id = useId();
  return (
    <fieldset className={isInline ? 'pl-inline' : ''} data-title={isTitle || undefined}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={String(option.value)} data-checked={option.value === value || undefined}>
          <input
            type="radio"
            name={id}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
            onClick={() => {
              if (option.value === value) onChoose(option.value);
            }}
          />
          <span lang={option.lang}>
            {option.name}
            {option.hint && <small>{option.hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** A button of the player's row, and what it opens over the picture. */
export function PanelButton({
  name,
  label,
  face,
  isOpen,
  onOpen,
  onClose,
  children,
}: {
  name: string;
  label: string;
  face: ReactNode;
  isOpen: boolean;
  onOpen: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="pl-control"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={isOpen ? onClose : onOpen}
      >
        {face}
      </button>
      {isOpen && (
        <PanelBody id={id} name={name} button={button} onClose={onClose}>
          {children}
        </PanelBody>
      )}
    </>
  );
}

function PanelBody({
  id,
  name,
  button,
  onClose,
  children,
}: {
  id: string;
  name: string;
  button: React.RefObject<HTMLButtonElement | null>;
  onClose: () => void;
  children: ReactNode;
}) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const [body, opener] = [ref.current, button.current];
    (
      body?.querySelector<HTMLElement>('input:checked') ?? body?.querySelector<HTMLElement>('input, button')
    )?.focus();
    return () => {
      const active = document.activeElement;
      if (active === document.body || active === null || body?.contains(active)) opener?.focus();
    };
  }, [button]);
  useEffect(() => {
    const onPress = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!ref.current?.contains(target) && !button.current?.contains(target)) onClose();
    };
    addEventListener('pointerdown', onPress);
    return () => {
      removeEventListener('pointerdown', onPress);
    };
  }, [button, onClose]);
  return (
    <section
      ref={ref}
      id={id}
      role="dialog"
      aria-label={name}
      className="pl-panel"
      data-panel
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target instanceof HTMLInputElement) onClose();
      }}
      onBlur={(event) => {
        const { relatedTarget } = event;
        if (relatedTarget && !event.currentTarget.contains(relatedTarget) && relatedTarget !== button.current)
          onClose();
      }}
    >
      {children}
    </section>
  );
}
