import { Lock } from 'lucide-react';
import { useState, type FormEvent } from 'react';

import { Actions, Button } from '@/components/Button';
import { TextArea } from '@/components/Field';
import { Icon } from '@/components/Icon';
import { api, Refusal } from '@/lib/api';
import { number } from '@/lib/format';
import { useT } from '@/lib/i18n';
import { queryClient } from '@/lib/query';
import { useProfile } from '@/lib/session';
import { notify } from '@/lib/toast';
import { stateQuery } from '@/lib/viewing';

const LONGEST = 10_000;
const NEARLY = 500;

interface Named {
  title_id: string;
  name: string;
}

/** What the profile wrote about a title: only its account reads it. */
export function Review({ title, review }: { title: Named; review: string | null }) {
  const t = useT();
  const [writes, setWrites] = useState(false);
  const save = useSave(title);
  return (
    <section className="review" aria-labelledby="review-title">
      <h2 id="review-title" className="block-title">
        {t('title.review.title')}
      </h2>
      {writes ? (
        <ReviewForm review={review} onSave={(text) => save(text, review)} onDone={() => setWrites(false)} />
      ) : (
        <>
          {review === null ? (
            <p className="voice">{t('title.review.none')}</p>
          ) : (
            <blockquote className="review-text">{review}</blockquote>
          )}
          <Actions>
            <Button compact onClick={() => setWrites(true)}>
              {t(review === null ? 'title.review.write' : 'title.review.edit')}
            </Button>
            {review !== null && (
              <Button compact onClick={() => void save(null, review)}>
                {t('title.review.remove')}
              </Button>
            )}
          </Actions>
        </>
      )}
      <p className="small review-private">
        <Icon of={Lock} size={18} />
        {t('title.review.private')}
      </p>
    </section>
  );
}

function ReviewForm({
  review,
  onSave,
  onDone,
}: {
  review: string | null;
  onSave: (text: string) => Promise<Error | null>;
  onDone: () => void;
}) {
  const t = useT();
  const [text, setText] = useState(review ?? '');
  const [wrong, setWrong] = useState<string | null>(null);
  const left = LONGEST - text.length;
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!text.trim()) return setWrong(t('title.review.empty'));
    const error = await onSave(text.trim());
    if (!error) return onDone();
    const isOffline = error instanceof Refusal && error.isOffline;
    setWrong(t(isOffline ? 'title.review.offline' : 'title.review.refused'));
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextArea
        label={t('title.review.label')}
        hint={
          left < NEARLY
            ? t('title.review.left', { count: left })
            : t('title.review.most', { most: number(LONGEST) })
        }
        wrong={wrong}
        value={text}
        rows={6}
        maxLength={LONGEST}
        autoFocus
        onChange={(event) => {
          setText(event.target.value);
          setWrong(null);
        }}
      />
      <Actions>
        <Button type="submit" look="primary" compact>
          {t('title.review.save')}
        </Button>
        <Button compact onClick={onDone}>
          {t('title.review.cancel')}
        </Button>
      </Actions>
    </form>
  );
}

/** Write a review, or take it back (null): shown when the server has it, undone from the toast. */
function useSave(title: Named) {
  const t = useT();
  const { profile_id: profileId } = useProfile();
  const { queryKey } = stateQuery(profileId, title.title_id);
  const path = { profile_id: profileId, title_id: title.title_id };
  const put = async (text: string | null): Promise<void> => {
    if (text === null) await api.delete('/profiles/{profile_id}/reviews/{title_id}', { path });
    else await api.put('/profiles/{profile_id}/reviews/{title_id}', { path, body: { text } });
    queryClient.setQueryData(queryKey, (now) => now && { ...now, review: text });
  };
  const fail = () => notify(t('title.review.refused'));
  return async (text: string | null, before: string | null): Promise<Error | null> => {
    try {
      await put(text);
    } catch (error) {
      if (text === null) fail();
      return error instanceof Error ? error : new Error(String(error));
    }
    notify(t(text === null ? 'title.review.removed' : 'title.review.saved', { name: title.name }), () => {
      put(before).catch(fail);
    });
    return null;
  };
}
