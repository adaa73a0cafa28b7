import { TriangleAlert } from 'lucide-react';
import { useId, useState, type KeyboardEvent } from 'react';

import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';

import type { Kind } from './drafts';
import { useFound, type StudioTitle } from './queries';
import { Thumb } from './thumb';

interface Props {
  label: string;
  kinds: readonly Kind[];
  chosen: StudioTitle | null;
  hint?: string;
  wrong?: string | undefined;
  onChange: (title: StudioTitle | null) => void;
}

/** A field that finds one title by its name: arrows move, Enter chooses, Escape leaves it as it was. */
export function TitleChooser({ label, kinds, chosen, hint, wrong, onChange }: Props) {
  const t = useT();
  const id = useId();
  const [text, setText] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const shown = text ?? (chosen ? nameOf(chosen) : '');
  const { data: found = [], isFetched } = useFound(text ?? '', kinds);
  const isOpen = text !== null && text.trim().length > 0;
  const choose = (title: StudioTitle | undefined) => {
    if (!title) return;
    onChange(title);
    setText(null);
  };
  const onKey = (event: KeyboardEvent) => {
    if (!isOpen) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) setAt((at + move + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') choose(found[at]);
    else if (event.key === 'Escape') setText(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="field chooser">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        placeholder={t('studio.chooser.placeholder')}
        value={shown}
        aria-expanded={isOpen && found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && found[at] ? `${id}-${at}` : undefined}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-hint`}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
          if (chosen) onChange(null);
        }}
        onBlur={() => {
          setText(null);
        }}
      />
      <Options id={id} label={label} found={isOpen ? found : []} at={at} onChoose={choose} />
      <Hint
        id={`${id}-hint`}
        wrong={wrong}
        text={isOpen && isFetched && found.length === 0 ? t('studio.chooser.none') : hint}
      />
    </div>
  );
}

function Options({
  id,
  label,
  found,
  at,
  onChoose,
}: {
  id: string;
  label: string;
  found: readonly StudioTitle[];
  at: number;
  onChoose: (title: StudioTitle) => void;
}) {
  const t = useT();
  return (
    <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={found.length === 0}>
      {found.map((title, place) => (
        <li
          key={title.title_id}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === at}
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(title);
          }}
        >
          <Thumb titleId={title.title_id} poster={title.poster} />
          <span>
            {title.name}{' '}
            <small>{[title.year, t(`studio.kind.${title.kind}`)].filter(Boolean).join(' · ')}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Hint({ id, wrong, text }: { id: string; wrong: string | undefined; text: string | undefined }) {
  return (
    <p id={id} className={wrong ? 'wrong' : 'hint'} role="status">
      {wrong && <Icon of={TriangleAlert} size={18} />}
      {wrong ?? text}
    </p>
  );
}

function nameOf(title: StudioTitle): string {
  return title.year ? `${title.name} (${title.year})` : title.name;
}
