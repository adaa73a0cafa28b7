import './welcome.css';

import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { useState } from 'react';

import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { Poster, PosterOutline } from '@/components/Poster';
import { ErrorState, Waiting } from '@/components/States';
import { api, type Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { pagesAreOld } from '@/lib/moves';
import { useDocumentTitle } from '@/lib/page';
import { useProfile } from '@/lib/session';
import { notify } from '@/lib/toast';

const PICKS = 24;
const ENOUGH = 3;

/** The first evening: pick films one likes, and the next screen is already one's own. */
export function WelcomePage() {
  const t = useT();
  useDocumentTitle(t('welcome.title'));
  const navigate = useNavigate();
  const { name } = useProfile();
  const { liked, toggle, settled } = useLiked();
  const { data, error, refetch } = useQuery({
    queryKey: ['picks', PICKS],
    staleTime: Infinity,
    queryFn: ({ signal }) => api.get('/onboarding/picks', { query: { n: PICKS }, signal }),
  });

  async function onward(): Promise<void> {
    await settled();
    pagesAreOld();
    await navigate({ to: '/home' });
  }

  return (
    <div className="welcome">
      <div className="welcome-said">
        <h1 className="page-title">{t('welcome.heading', { name })}</h1>
        <p className="voice">{t('welcome.sentence')}</p>
      </div>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      <ul className="welcome-picks" role="list" aria-label={t('welcome.list')}>
        {data
          ? data.items.map((face) => (
              <li key={face.title_id}>
                <Pick face={face} isLiked={liked.has(face.title_id)} onToggle={() => toggle(face)} />
              </li>
            ))
          : Array.from({ length: 12 }, (_, at) => (
              <li key={at}>
                <PosterOutline />
                <span className="pick-name" />
              </li>
            ))}
      </ul>
      {!data && !error && <Waiting />}
      <div className="welcome-foot">
        <p role="status">
          {liked.size < ENOUGH
            ? t('welcome.few', { count: ENOUGH - liked.size })
            : t('welcome.enough', { count: liked.size })}
        </p>
        <Button look={liked.size < ENOUGH ? 'plain' : 'primary'} onClick={() => void onward()}>
          {liked.size === 0 ? t('welcome.later') : t('welcome.onward')}
        </Button>
      </div>
    </div>
  );
}

function Pick({
  face,
  isLiked,
  onToggle,
}: {
  face: Schemas['Face'];
  isLiked: boolean;
  onToggle: () => void;
}) {
  return (
    <button type="button" className="pick" aria-pressed={isLiked} onClick={onToggle}>
      <Poster face={face} eager />
      <span className="pick-name">
        {isLiked && <Icon of={Check} size={18} />}
        {face.name}
        {face.year ? <span className="sr-only">, {face.year}</span> : null}
      </span>
    </button>
  );
}

/** What was picked: each pick is a thumb up, sent as it is made; `settled` waits for the last one. */
function useLiked() {
  const t = useT();
  const { profile_id: profileId } = useProfile();
  const [liked, setLiked] = useState<ReadonlySet<string>>(new Set());
  const [waiting] = useState(() => new Set<Promise<unknown>>());

  function put(face: Schemas['Face'], isLiked: boolean): void {
    const path = { profile_id: profileId, title_id: face.title_id };
    setLiked(
      (now) => new Set(isLiked ? [...now, face.title_id] : [...now].filter((each) => each !== face.title_id)),
    );
    const sent = isLiked
      ? api.put('/profiles/{profile_id}/thumbs/{title_id}', { path, body: { thumb: 'up' } })
      : api.delete('/profiles/{profile_id}/thumbs/{title_id}', { path });
    const done: Promise<unknown> = sent
      .catch(() => {
        setLiked(
          (now) =>
            new Set(isLiked ? [...now].filter((each) => each !== face.title_id) : [...now, face.title_id]),
        );
        notify(t('welcome.notKept', { name: face.name }));
      })
      .finally(() => waiting.delete(done));
    waiting.add(done);
  }

  return {
    liked,
    toggle: (face: Schemas['Face']) => {
      put(face, !liked.has(face.title_id));
    },
    settled: () => Promise.all(waiting),
  };
}
