import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useDeferredValue, useId, useRef, useState, type KeyboardEvent } from 'react';

import { Icon } from '@/components/Icon';
import { api } from '@/lib/api';
import { useT } from '@/lib/i18n';

import type { Named } from './page';

const SHORTEST = 2;

function useNames(typed: string) {
  const q = useDeferredValue(typed.trim());
  const { data } = useQuery({
    queryKey: ['names', q.toLowerCase()],
    enabled: q.length >= SHORTEST,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      await pause(signal);
      return api.get('/public/names', { query: { q }, signal });
    },
  });
  return q.length >= SHORTEST ? data?.items : undefined;
}

/** Who types quickly does not ask for every letter. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 120);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('Typed on', 'AbortError'));
    });
  });
}

/** A film's name, completed as one types. */
export function NameBox({ onPick }: { onPick: (film: Named) => void }) {
  const t = useT();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const names = useNames(typed);
  const shown = isOpen ? (names ?? []) : [];
  const current = shown[at];

  function pick(film: Named): void {
    onPick(film);
    setTyped('');
    setOpen(false);
    setAt(-1);
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      setOpen(false);
      setAt(-1);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!names?.length) return;
      event.preventDefault();
      setOpen(true);
      setAt(
        (now) =>
          (now +
            (event.key === 'ArrowDown' ? 1 : names.length) +
            (now < 0 && event.key === 'ArrowUp' ? 1 : 0)) %
          names.length,
      );
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const film = current ?? shown[0];
      if (film) pick(film);
    }
  }

  return (
    <div
      className="name-box"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <label htmlFor={id}>{t('front.box.label')}</label>
      <div className="name-line">
        <Icon of={Search} size={26} />
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          placeholder={t('front.box.example')}
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${id}-${current.title_id}` : undefined}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setOpen(true);
            setAt(-1);
          }}
          onFocus={() => setOpen(true)}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t('front.box.list')}
        className="name-list"
        hidden={shown.length === 0}
      >
        {shown.map((film, index) => (
          <li
            key={film.title_id}
            id={`${id}-${film.title_id}`}
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(film)}
          >
            <b>{film.name}</b>
            <span>{film.year}</span>
          </li>
        ))}
      </ul>
      <p className="name-none" role="status">
        {isOpen && names?.length === 0 ? t('front.box.none') : ''}
      </p>
    </div>
  );
}
