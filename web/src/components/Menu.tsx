import type { LucideIcon } from 'lucide-react';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { createPortal } from 'react-dom';

import { Icon } from './Icon';

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  filled?: boolean;
  onSelect: () => void;
}

interface MenuProps {
  /** The name of the button that opens the menu. */
  label: string;
  /** What the button shows. */
  trigger: ReactNode;
  className?: string;
  /** Tells the items, asked only while the menu is open; `null` is a line between two groups. */
  useItems: () => MenuItems;
}

export type MenuItems = readonly (MenuItem | null)[];

/** A button that opens a list of things to do; arrows move, Escape closes, focus comes back. */
export function Menu({ label, trigger, className = 'icon-button', useItems }: MenuProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {trigger}
      </button>
      {isOpen && (
        <MenuList
          id={id}
          label={label}
          useItems={useItems}
          anchor={button}
          onClose={close}
          onLeave={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** Put a menu beside its button, within the window; false once the button has left the window. */
function place(list: HTMLElement, anchor: HTMLElement): boolean {
  const box = anchor.getBoundingClientRect();
  const left = Math.min(Math.max(12, box.right - list.offsetWidth), innerWidth - list.offsetWidth - 12);
  const below = box.bottom + 6;
  const top =
    below + list.offsetHeight > innerHeight - 8 ? Math.max(8, box.top - list.offsetHeight - 6) : below;
  list.style.left = `${left}px`;
  list.style.top = `${top}px`;
  return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}

function MenuList({
  id,
  label,
  useItems,
  anchor,
  onClose,
  onLeave,
}: {
  id: string;
  label: string;
  useItems: () => MenuItems;
  anchor: React.RefObject<HTMLButtonElement | null>;
  onClose: () => void;
  onLeave: () => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const items = useItems();
  useLayoutEffect(() => {
    if (!ref.current || !anchor.current) return;
    place(ref.current, anchor.current);
    ref.current.querySelector<HTMLElement>('[role=menuitem]')?.focus({ preventScroll: true });
  }, [anchor]);
  useEffect(() => {
    const onPress = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!ref.current?.contains(target) && !anchor.current?.contains(target)) onLeave();
    };
    // A page that still glides must not take away what was just opened: the menu goes along with its button.
    const onScroll = () => {
      if (ref.current && anchor.current && !place(ref.current, anchor.current)) onLeave();
    };
    addEventListener('pointerdown', onPress);
    addEventListener('scroll', onScroll, { capture: true, passive: true });
    return () => {
      removeEventListener('pointerdown', onPress);
      removeEventListener('scroll', onScroll, { capture: true });
    };
  }, [anchor, onLeave]);
  return createPortal(
    <div
      ref={ref}
      id={id}
      role="menu"
      aria-label={label}
      className="menu"
      onKeyDown={(event) => moveInMenu(event, onClose)}
    >
      {items.map((item, at) =>
        item === null ? (
          <hr key={at} />
        ) : (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              onClose();
              item.onSelect();
            }}
          >
            {item.icon && <Icon of={item.icon} filled={item.filled ?? false} />}
            {item.label}
          </button>
        ),
      )}
    </div>,
    document.getElementById('content') ?? document.body,
  );
}

function moveInMenu(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  const all = Array.from(event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]'));
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    onClose();
  } else if (to !== undefined) {
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  }
  event.stopPropagation();
}
