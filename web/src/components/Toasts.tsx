import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';

import { useT } from '@/lib/i18n';
import { dismissToast, useToasts, type Toast } from '@/lib/toast';

import { Icon } from './Icon';

const STAYS_MS = 10_000;

/** What just happened, said aloud and shown; it stays while it is pointed at or focused. */
export function Toasts() {
  const toasts = useToasts();
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastLine({ toast }: { toast: Toast }) {
  const t = useT();
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!ref.current?.matches(':hover, :focus-within')) dismissToast(toast.id);
    }, STAYS_MS);
    return () => {
      clearInterval(timer);
    };
  }, [toast.id]);
  return (
    <div className="toast" ref={ref}>
      <span>{toast.text}</span>
      {toast.undo && (
        <button
          type="button"
          onClick={() => {
            toast.undo?.();
            dismissToast(toast.id);
          }}
        >
          {t('components.undo')}
        </button>
      )}
      <button type="button" aria-label={t('components.close')} onClick={() => dismissToast(toast.id)}>
        <Icon of={X} size={18} />
      </button>
    </div>
  );
}
