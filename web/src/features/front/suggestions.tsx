import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';

import { Icon } from '@/components/Icon';
import { Row } from '@/components/Row';
import { ErrorState, RailOutline, Waiting } from '@/components/States';
import { TitleCard } from '@/components/TitleCard';
import { api } from '@/lib/api';
import { list } from '@/lib/format';
import { useLanguage, useT } from '@/lib/i18n';

import type { Named } from './page';

const HOW_MANY = 12;

/** Films like those that were named, each with its reason. */
export function Suggestions({
  liked,
  onRemove,
}: {
  liked: readonly Named[];
  onRemove: (id: string) => void;
}) {
  const t = useT();
  const language = useLanguage();
  const ids = liked.map((film) => film.title_id);
  const { data, error, refetch } = useQuery({
    queryKey: ['like', ids, language],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.post('/recommendations', { body: { liked: ids, n: HOW_MANY, language }, signal }),
  });
  if (error) {
    return (
      <div className="page">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  return (
    <div className="front-like" aria-live="polite">
      <Row
        id="like"
        source="seen"
        lamp
        kicker={t('front.like.kicker')}
        title={t('front.like.title', { names: list(liked.map((film) => film.name)), count: liked.length })}
        sentence={t('front.like.sentence')}
        items={
          data
            ? data.items.map((item) => (
                <TitleCard
                  key={item.title_id}
                  face={item}
                  sentence={item.evidence.text}
                  cites={item.evidence.name}
                />
              ))
            : []
        }
      >
        <ul className="chips" role="list" aria-label={t('front.like.liked')}>
          {liked.map((film) => (
            <li key={film.title_id}>
              <button
                type="button"
                onClick={() => onRemove(film.title_id)}
                aria-label={t('front.like.remove', { name: film.name })}
              >
                {film.name}
                <Icon of={X} size={18} />
              </button>
            </li>
          ))}
        </ul>
        {!data && <Waiting />}
      </Row>
      {!data && <RailOutline />}
    </div>
  );
}
