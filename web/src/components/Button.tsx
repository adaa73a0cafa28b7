import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';

import { Icon } from './Icon';

interface Look {
  look?: 'plain' | 'primary' | 'danger';
  compact?: boolean;
  icon?: LucideIcon;
  filled?: boolean;
}

/** The class of something that looks like a button: links use it too. */
export function buttonClass({ look = 'plain', compact = false }: Look = {}): string {
  return ['button', look === 'plain' ? '' : look, compact ? 'compact' : ''].filter(Boolean).join(' ');
}

/** A button that says what it does. */
export function Button({ look, compact, icon, filled, children, ...rest }: Look & ComponentProps<'button'>) {
  const own = buttonClass({ look: look ?? 'plain', compact: compact ?? false });
  return (
    <button type="button" {...rest} className={`${own} ${rest.className ?? ''}`.trim()}>
      {icon && <Icon of={icon} filled={filled ?? false} />}
      {children}
    </button>
  );
}

/** A button that is an icon; `label` is its name. */
export function IconButton({
  label,
  icon,
  size = 20,
  filled = false,
  className = '',
  ...rest
}: { label: string; icon: LucideIcon; size?: number; filled?: boolean } & Omit<
  ComponentProps<'button'>,
  'children'
>) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`icon-button ${className}`.trim()}
    >
      <Icon of={icon} size={size} filled={filled} />
    </button>
  );
}

/** Buttons beside one another. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className="actions">{children}</div>;
}
