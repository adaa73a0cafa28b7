import './front.css';

import { Link } from '@tanstack/react-router';
import { UserPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { buttonClass } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { RailOutline } from '@/components/States';
import type { Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';

import { CollectionFigures } from './collection';
import { Lamp } from './lamp';
import { NameBox } from './name-box';

export type Named = Schemas['Named'];
const MOST_LIKED = 5;

/** Rows and cards weigh more than the rest of the page: they come when a film was named. */
const Suggestions = lazy(async () => ({ default: (await import('./suggestions')).Suggestions }));

/** The public front: type a film's name, see where it leads, and what the house has. */
export function FrontPage() {
  const t = useT();
  useDocumentTitle(t('front.title'));
  const [liked, setLiked] = useState<readonly Named[]>([]);

  function add(film: Named): void {
    setLiked((now) => [...now.filter((each) => each.title_id !== film.title_id), film].slice(-MOST_LIKED));
  }

  return (
    <div className="front">
      <section className="front-top" aria-labelledby="front-title">
        <div className="front-said">
          <h1 id="front-title">{t('front.heading')}</h1>
          <p className="voice">{t('front.sentence')}</p>
          <NameBox onPick={add} />
        </div>
        <Lamp />
      </section>
      {liked.length > 0 && (
        <Suspense fallback={<RailOutline />}>
          <Suggestions
            liked={liked}
            onRemove={(id) => {
              setLiked((now) => now.filter((each) => each.title_id !== id));
            }}
          />
        </Suspense>
      )}
      <section className="front-join" aria-labelledby="front-join">
        <h2 id="front-join" className="section-title">
          {t('front.join.title')}
        </h2>
        <p className="voice">{t('front.join.sentence')}</p>
        <div className="actions">
          <Link to="/sign-up" className={buttonClass({ look: 'primary' })}>
            <Icon of={UserPlus} />
            {t('front.join.open')}
          </Link>
          <Link to="/sign-in" className={buttonClass()}>
            {t('front.join.signIn')}
          </Link>
        </div>
      </section>
      <CollectionFigures />
    </div>
  );
}
