import { useQuery } from '@tanstack/react-query';

import { Row } from '@/components/Row';
import { RailOutline } from '@/components/States';
import { TitleCard } from '@/components/TitleCard';
import { TitleMenu } from '@/components/TitleMenu';
import type { Schemas } from '@/lib/api';
import { useLanguage, useT } from '@/lib/i18n';
import { similarQuery } from '@/lib/titles';

/** The titles most like this one, each with what it shares with it. */
export function Similar({ title }: { title: Schemas['Title'] }) {
  const t = useT();
  const language = useLanguage();
  const { data, isError } = useQuery(similarQuery(title.title_id, language));
  if (isError || data?.items.length === 0) return null;
  if (!data)
    return (
      <div className="similar-outline">
        <RailOutline />
      </div>
    );
  return (
    <Row
      id="similar"
      source="kin"
      kicker={t('title.similar.kicker')}
      title={t('title.similar.title')}
      sentence={t('title.similar.sentence', { name: title.name })}
      items={data.items.map((item) => (
        <TitleCard
          key={item.title_id}
          face={item}
          sentence={item.evidence.text}
          cites={item.evidence.name}
          more={<TitleMenu face={item} />}
        />
      ))}
    />
  );
}
