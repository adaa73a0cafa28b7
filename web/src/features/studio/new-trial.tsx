import { TriangleAlert } from 'lucide-react';
import { useRef, useState, type FormEvent } from 'react';

import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Field, Select } from '@/components/Field';
import { Icon } from '@/components/Icon';
import { api, Refusal, type Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { queryClient } from '@/lib/query';

import { EXPERIMENTS } from './queries';
import { declared, isShare, troublesOf, WHATS, type Trial, type What } from './trials';

const BLANK: Trial = { name: '', kind: 'ab', what: 'scorer', value: '', share: '100' };

/** An experiment that does not run yet: what everybody gets beside one other way. */
export function NewTrial({ known, onClose }: { known: Schemas['Experiments']; onClose: () => void }) {
  const t = useT();
  const [trial, setTrial] = useState(BLANK);
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const tell = (fields: readonly string[], rest: string | null) => {
    setWrong(fields);
    setRefused(rest);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const start = async (event: FormEvent) => {
    event.preventDefault();
    const troubles = troublesOf(trial);
    if (troubles.length > 0) {
      tell(troubles, null);
      return;
    }
    try {
      await api.post('/studio/experiments', { body: declared(trial) });
      await queryClient.invalidateQueries({ queryKey: EXPERIMENTS });
      onClose();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell([], error.isOffline ? t('studio.edit.offline') : `${error.message} ${error.remedy ?? ''}`.trim());
    }
  };
  const wordsOf = (field: 'name' | 'value' | 'share') =>
    wrong.includes(field) ? t(`studio.experiments.wrong.${field}`) : undefined;
  const change = (some: Partial<Trial>) => {
    setTrial({ ...trial, ...some });
  };
  return (
    <Dialog title={t('studio.experiments.new')} onClose={onClose}>
      <form ref={form} noValidate className="sheet stack" onSubmit={(event) => void start(event)}>
        <div className="segments" role="group" aria-label={t('studio.experiments.kindLabel')}>
          {(['ab', 'interleaved'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={trial.kind === each}
              onClick={() => {
                change({ kind: each, ...(each === 'interleaved' ? { what: 'scorer', value: '' } : {}) });
              }}
            >
              {t(`studio.experiments.kind.${each}`)}
            </button>
          ))}
        </div>
        <Field
          label={t('studio.experiments.name')}
          value={trial.name}
          wrong={wordsOf('name')}
          autoComplete="off"
          autoCapitalize="none"
          onChange={(event) => {
            change({ name: event.target.value });
          }}
        />
        <Other trial={trial} known={known} wrong={wordsOf('value')} onChange={change} />
        <Field
          label={t('studio.experiments.shareLabel')}
          value={trial.share}
          wrong={wordsOf('share')}
          inputMode="decimal"
          autoComplete="off"
          onChange={(event) => {
            change({ share: event.target.value });
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
            {t('studio.experiments.start')}
          </Button>
          <Button onClick={onClose}>{t('studio.edit.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the other arm changes, and to what. */
function Other({
  trial,
  known,
  wrong,
  onChange,
}: {
  trial: Trial;
  known: Schemas['Experiments'];
  wrong: string | undefined;
  onChange: (some: Partial<Trial>) => void;
}) {
  const t = useT();
  const values = trial.what === 'scorer' ? known.scorers : known.versions;
  return (
    <div className="pair">
      <Select
        label={t('studio.experiments.changes')}
        value={trial.what}
        disabled={trial.kind === 'interleaved'}
        onChange={(event) => {
          onChange({ what: event.target.value as What, value: '' });
        }}
      >
        {WHATS.map((each) => (
          <option key={each} value={each}>
            {t(`studio.experiments.what.${each}`)}
          </option>
        ))}
      </Select>
      {isShare(trial.what) ? (
        <Field
          label={t('studio.experiments.percent')}
          value={trial.value}
          wrong={wrong}
          inputMode="decimal"
          autoComplete="off"
          onChange={(event) => {
            onChange({ value: event.target.value });
          }}
        />
      ) : (
        <Select
          label={t('studio.experiments.to')}
          value={trial.value}
          wrong={wrong}
          onChange={(event) => {
            onChange({ value: event.target.value });
          }}
        >
          <option value="">{t('studio.experiments.choose')}</option>
          {values.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
      )}
    </div>
  );
}
