import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';

import { useT } from '@/lib/i18n';

import { IconButton } from './Button';

/** What somebody types into. */
const TYPED = 'input:not([type=checkbox], [type=radio]), textarea';

/** A question or an explanation over the page; Escape, the cross and a click beside it close it. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const t = useT();
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) {
      dialog.showModal();
      // The browser begins at the cross; nothing in a dialog that is not open yet can take the focus before.
      dialog.querySelector<HTMLElement>(TYPED)?.focus();
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget && isBeside(event.currentTarget, event)) onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <IconButton label={t('components.close')} icon={X} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}

function isBeside(dialog: HTMLElement, at: { clientX: number; clientY: number }): boolean {
  const box = dialog.getBoundingClientRect();
  return at.clientX < box.left || at.clientX > box.right || at.clientY < box.top || at.clientY > box.bottom;
}
