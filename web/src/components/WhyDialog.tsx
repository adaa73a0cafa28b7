import { useQuery } from '@tanstack/react-query';
import {
  Bookmark,
  CirclePlay,
  Eye,
  Gem,
  Heart,
  Layers,
  Sparkles,
  TrendingUp,
  User,
  Users,
  type LucideIcon,
} from 'lucide-react';

import type { Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { useProfile } from '@/lib/session';
import { whyQuery } from '@/lib/viewing';

import { Cited } from './Cited';
import { Dialog } from './Dialog';
import { Icon } from './Icon';
import { ErrorState, Waiting } from './States';

const ICONS: Record<string, LucideIcon> = {
  seed: Heart,
  kin: Layers,
  progress: CirclePlay,
  next: CirclePlay,
  playable: CirclePlay,
  listed: Bookmark,
  trend: TrendingUp,
  popular: Users,
  taste: Sparkles,
  gem: Gem,
  person: User,
  seen: Eye,
};

/** The facts that speak for a title, each a sentence with its icon. */
export function Facts({ facts }: { facts: readonly Schemas['Evidence'][] }) {
  return (
    <ul className="facts-list" role="list">
      {facts.map((fact) => (
        <li key={`${fact.kind} ${fact.text}`}>
          <Icon of={ICONS[fact.kind] ?? Sparkles} size={18} />
          <span>
            <Cited text={fact.text} name={fact.name} />
          </span>
        </li>
      ))}
    </ul>
  );
}

type Reasoned = Pick<Schemas['Face'], 'title_id' | 'name'> & { evidence?: Schemas['Evidence'] };

/** The sentence, then every other fact; before the facts are known, the sentence that the page has. */
function Reason({ known, why }: { known: Schemas['Evidence'] | undefined; why: Schemas['Why'] | undefined }) {
  const text = why?.text ?? known?.text ?? '';
  const facts = why?.facts ?? [];
  const said = facts.find((fact) => fact.text === text) ?? known;
  const others = facts.filter((fact) => fact.text !== text);
  return (
    <div className="why coupon" aria-busy={!why}>
      <p className="voice">
        <Cited text={text} name={said?.name} />
      </p>
      {others.length > 0 && <Facts facts={others} />}
    </div>
  );
}

/** Why a title is proposed to who watches: its sentence, then every fact. */
export function WhyDialog({ title, onClose }: { title: Reasoned; onClose: () => void }) {
  const t = useT();
  const { profile_id: profileId } = useProfile();
  const { data, error, refetch } = useQuery(whyQuery(profileId, title.title_id));
  const isKnown = Boolean(data ?? title.evidence);
  return (
    <Dialog title={t('components.why.title', { name: title.name })} onClose={onClose}>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !isKnown && <Waiting />}
      {!error && isKnown && <Reason known={title.evidence} why={data} />}
    </Dialog>
  );
}
