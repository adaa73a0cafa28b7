import { Link } from '@tanstack/react-router';
import { ExternalLink, TriangleAlert, Upload } from 'lucide-react';
import { useRef, useState, type FormEvent } from 'react';

import { Button, buttonClass } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Check } from '@/components/Field';
import { Icon } from '@/components/Icon';
import { Refusal } from '@/lib/api';
import { useT } from '@/lib/i18n';

import { changesOf, draftOf, refusedFields, troublesOf } from './drafts';
import { editTitle } from './edit';
import { MediaPill } from './media-state';
import type { StudioTitle } from './queries';
import { TitleFields, useTroubleWords, type Words } from './title-fields';

/** The facts of a title beside the table, to be put right. */
export function TitleSheet({ title, onClose }: { title: StudioTitle; onClose: () => void }) {
  const t = useT();
  const wordsOf = useTroubleWords();
  const opened = useRef(title);
  const [draft, setDraft] = useState(() => draftOf(title));
  const [wrong, setWrong] = useState<Words>({});
  const [refused, setRefused] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const say = (found: Words, rest: string | null = null) => {
    setWrong(found);
    setRefused(rest);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const troubles = troublesOf(draft);
    if (Object.keys(troubles).length > 0) {
      say(wordsOf(troubles));
      return;
    }
    const { change, back } = changesOf(opened.current, draft);
    if (Object.keys(change).length === 0) {
      onClose();
      return;
    }
    try {
      await editTitle(opened.current, change, back);
      onClose();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { fields, rest } = error.isOffline
        ? { fields: {}, rest: t('studio.edit.offline') }
        : refusedFields(error);
      say(fields, rest);
    }
  };
  return (
    <Dialog title={title.name} onClose={onClose}>
      <form ref={form} noValidate className="sheet stack" onSubmit={(event) => void save(event)}>
        <FilmLine title={title} />
        <TitleFields
          draft={draft}
          wrong={wrong}
          onChange={(some) => {
            setDraft({ ...draft, ...some });
          }}
        />
        <Check
          label={t('studio.edit.withdrawn')}
          hint={t('studio.edit.withdrawnHint')}
          checked={draft.is_withdrawn}
          onChange={(event) => {
            setDraft({ ...draft, is_withdrawn: event.target.checked });
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
            {t('studio.edit.save')}
          </Button>
          <Button onClick={onClose}>{t('studio.edit.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function FilmLine({ title }: { title: StudioTitle }) {
  const t = useT();
  const isPlayed = title.kind === 'film' || title.kind === 'episode';
  return (
    <div className="film-line">
      {isPlayed ? (
        <MediaPill state={title.media} />
      ) : (
        <span className="muted">{t('studio.edit.noFilm')}</span>
      )}
      {isPlayed && (title.media === 'none' || title.media === 'failed') && (
        <Link
          to="/studio/media"
          search={{ title: title.title_id } as never}
          className={buttonClass({ compact: true })}
        >
          <Icon of={Upload} />
          {t('studio.titles.addFilm')}
        </Link>
      )}
      {!title.is_withdrawn && (
        <Link to="/titles/$titleId" params={{ titleId: title.title_id }} className="link">
          <Icon of={ExternalLink} size={18} />
          {t('studio.edit.page')}
        </Link>
      )}
    </div>
  );
}
