import { TriangleAlert } from 'lucide-react';
import { useRef, useState, type FormEvent } from 'react';

import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Field } from '@/components/Field';
import { Icon } from '@/components/Icon';
import { api, Refusal } from '@/lib/api';
import { t as say, useT } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { notify } from '@/lib/toast';

import { BLANK, factsOf, refusedFields, troublesOf, type Draft, type Kind } from './drafts';
import { TITLES, type StudioTitle } from './queries';
import { TitleChooser } from './title-chooser';
import { TitleFields, useTroubleWords, type Words } from './title-fields';
import { KINDS } from './title-filter';

const PARENTS: Partial<Record<Kind, readonly Kind[]>> = { season: ['series'], episode: ['season', 'series'] };

interface Place {
  kind: Kind;
  parent: StudioTitle | null;
  number: string;
}

function troublesOfNew(draft: Draft, { kind, parent, number }: Place): Record<string, string> {
  const found: Record<string, string> = { ...troublesOf(draft) };
  if (PARENTS[kind] && !parent) found.parent_id = 'parent';
  if (PARENTS[kind] && !/^\d{1,4}$/.test(number.trim())) found.number = 'number';
  return found;
}

async function create(draft: Draft, { kind, parent, number }: Place): Promise<StudioTitle> {
  const { name, year, genres, certification, synopsis, directors } = factsOf(draft);
  const isPart = PARENTS[kind] !== undefined;
  const made = await api.post('/studio/titles', {
    body: {
      kind,
      name,
      year,
      genres,
      certification,
      synopsis,
      directors,
      parent_id: isPart && parent ? parent.title_id : null,
      number: isPart ? Number(number) : null,
    },
  });
  await queryClient.invalidateQueries({ queryKey: TITLES });
  notify(say('studio.new.made', { name: made.name }));
  return made;
}

/** A title that the catalogue does not have yet: a film, a series, or a part of one. */
export function NewTitle({ onClose }: { onClose: () => void }) {
  const t = useT();
  const wordsOf = useTroubleWords();
  const [draft, setDraft] = useState(BLANK);
  const [place, setPlace] = useState<Place>({ kind: 'film', parent: null, number: '' });
  const [wrong, setWrong] = useState<Words>({});
  const [refused, setRefused] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const parents = PARENTS[place.kind];
  const tell = (found: Words, rest: string | null = null) => {
    setWrong(found);
    setRefused(rest);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const troubles = troublesOfNew(draft, place);
    if (Object.keys(troubles).length > 0) {
      tell(wordsOf(troubles));
      return;
    }
    try {
      await create(draft, place);
      onClose();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { fields, rest } = error.isOffline
        ? { fields: {}, rest: t('studio.edit.offline') }
        : refusedFields(error);
      tell(fields, rest);
    }
  };
  return (
    <Dialog title={t('studio.new.title')} onClose={onClose}>
      <form ref={form} noValidate className="sheet stack" onSubmit={(event) => void add(event)}>
        <div className="segments" role="group" aria-label={t('studio.titles.kind')}>
          {KINDS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={place.kind === each}
              onClick={() => {
                setPlace({ ...place, kind: each, parent: null });
              }}
            >
              {t(`studio.kind.${each}`)}
            </button>
          ))}
        </div>
        {parents && (
          <div className="pair parent-pair">
            <TitleChooser
              key={place.kind}
              label={t(place.kind === 'season' ? 'studio.new.series' : 'studio.new.seasonOrSeries')}
              kinds={parents}
              chosen={place.parent}
              wrong={wrong.parent_id}
              onChange={(parent) => {
                setPlace({ ...place, parent });
              }}
            />
            <Field
              label={t('studio.new.number')}
              value={place.number}
              wrong={wrong.number}
              inputMode="numeric"
              autoComplete="off"
              onChange={(event) => {
                setPlace({ ...place, number: event.target.value });
              }}
            />
          </div>
        )}
        <TitleFields
          draft={draft}
          wrong={wrong}
          withLength={false}
          onChange={(some) => {
            setDraft({ ...draft, ...some });
          }}
        />
        {refused && (
          <p className="wrong-words" role="alert">
            <Icon of={TriangleAlert} size={18} />
            {refused}
          </p>
        )}
        <div className="actions sheet-end">
          <Button look="primary" type="submit">
            {t('studio.new.add')}
          </Button>
          <Button onClick={onClose}>{t('studio.edit.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
