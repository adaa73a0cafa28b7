import { CalendarDays } from 'lucide-react';
import { useState } from 'react';

import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Field } from '@/components/Field';
import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';

import { lastDays, lengthOf, LONGEST_DAYS, PRESETS, troubleOf, type Span, type SpanTrouble } from './spans';

/** Which days the figures are about: one of three spans, or days of one's own. */
export function SpanPicker({ span, onChange }: { span: Span; onChange: (span: Span) => void }) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="segments" role="group" aria-label={t('studio.span.label')}>
      {PRESETS.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={span.preset === each}
          onClick={() => {
            onChange(lastDays(each, Date.now()));
          }}
        >
          {each === 365 ? t('studio.span.year') : t('studio.span.days', { count: each })}
        </button>
      ))}
      <button
        type="button"
        aria-pressed={span.preset === null}
        aria-haspopup="dialog"
        aria-label={t('studio.span.other')}
        title={t('studio.span.other')}
        onClick={() => {
          setOpen(true);
        }}
      >
        <Icon of={CalendarDays} />
      </button>
      {isOpen && (
        <OwnDays
          span={span}
          onClose={() => {
            setOpen(false);
          }}
          onChange={onChange}
        />
      )}
    </div>
  );
}

function OwnDays({
  span,
  onClose,
  onChange,
}: {
  span: Span;
  onClose: () => void;
  onChange: (span: Span) => void;
}) {
  const t = useT();
  const [since, setSince] = useState(span.since);
  const [until, setUntil] = useState(span.until);
  const [trouble, setTrouble] = useState<SpanTrouble | null>(null);
  const words = {
    missing: t('studio.span.missing'),
    backwards: t('studio.span.backwards'),
    long: t('studio.span.long', { count: LONGEST_DAYS }),
  };
  return (
    <Dialog title={t('studio.span.other')} onClose={onClose}>
      <form
        noValidate
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const wrong = troubleOf(since, until);
          setTrouble(wrong);
          if (wrong) return;
          onChange({ since, until, preset: null });
          onClose();
        }}
      >
        <div className="pair">
          <Field
            label={t('studio.span.since')}
            type="date"
            value={since}
            required
            onChange={(event) => {
              setSince(event.target.value);
            }}
          />
          <Field
            label={t('studio.span.until')}
            type="date"
            value={until}
            required
            wrong={trouble ? words[trouble] : null}
            onChange={(event) => {
              setUntil(event.target.value);
            }}
          />
        </div>
        <p className="small">
          {troubleOf(since, until) === null
            ? t('studio.span.length', { count: lengthOf({ since, until }) })
            : t('studio.span.utc')}
        </p>
        <Button look="primary" type="submit">
          {t('studio.span.show')}
        </Button>
      </form>
    </Dialog>
  );
}
