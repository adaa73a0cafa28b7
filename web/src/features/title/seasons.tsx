import { Check } from 'lucide-react';
import { useState } from 'react';

import { Choice } from '@/components/Choice';
import { Icon } from '@/components/Icon';
import { PlayLink } from '@/components/PlayLink';
import { Poster } from '@/components/Poster';
import type { Schemas } from '@/lib/api';
import { duration } from '@/lib/format';
import { useT } from '@/lib/i18n';

type Season = Schemas['Season'];

const keyOf = (season: Season) => season.title_id ?? season.name;

/** The seasons of a series, one at a time, and the episodes with what was seen of them. */
export function Seasons({ seasons }: { seasons: Schemas['Seasons'] }) {
  const t = useT();
  const current = seasons.items.find((season) =>
    season.episodes.some((each) => each.title_id === seasons.resume_title_id),
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const season = seasons.items.find((each) => keyOf(each) === chosen) ?? current ?? seasons.items[0];
  if (!season) return null;
  const nameOf = (each: Season) =>
    each.number === null ? each.name : t('title.season', { number: each.number });
  return (
    <section className="seasons" aria-labelledby="seasons-title">
      <div className="seasons-head">
        <h2 id="seasons-title" className="section-title">
          {t('title.episodes')}
        </h2>
        {seasons.items.length > 1 && (
          <Choice
            label={t('title.seasons')}
            value={keyOf(season)}
            options={seasons.items.map((each) => ({ value: keyOf(each), label: nameOf(each) }))}
            onChange={setChosen}
          />
        )}
      </div>
      <ol className="episodes" aria-label={nameOf(season)} data-arrows>
        {season.episodes.map((episode) => (
          <EpisodeLine
            key={episode.title_id}
            episode={episode}
            isNext={episode.title_id === seasons.resume_title_id}
          />
        ))}
      </ol>
    </section>
  );
}

function EpisodeLine({ episode, isNext }: { episode: Schemas['Episode']; isNext: boolean }) {
  const t = useT();
  const share = episode.length_s ? Math.min(1, episode.position_s / episode.length_s) : 0;
  return (
    <li className={isNext ? 'episode next' : 'episode'}>
      <div className="episode-picture">
        <Poster face={episode} wide />
        {share > 0 && (
          <span className="bar" aria-hidden>
            <i style={{ width: `${share * 100}%` }} />
          </span>
        )}
      </div>
      <div>
        <p className="small">
          {episode.number !== null && t('title.episode', { number: episode.number })}
          {episode.length_s ? ` · ${duration(episode.length_s)}` : ''}
        </p>
        <h3>{episode.name}</h3>
        <p className="small">
          {episode.is_played ? (
            <span className="seen">
              <Icon of={Check} size={18} />
              {t('title.seen')}
            </span>
          ) : share > 0 && episode.length_s ? (
            t('title.left', { time: duration(episode.length_s - episode.position_s) })
          ) : null}
        </p>
      </div>
      {episode.has_media ? (
        <PlayLink face={episode} positionS={episode.position_s} compact />
      ) : (
        <p className="small">{t('title.notHere')}</p>
      )}
    </li>
  );
}
