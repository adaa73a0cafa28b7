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

/** Why a title is proposed to who watches: its sentence, then every fact. */
export function WhyDialog({
  title,
  onClose,
}: {
  title: Pick<Schemas['Face'], 'title_id' | 'name'> & { evidence?: Schemas['Evidence'] };
  onClose: () => void;
}) {
  const t = useT();
  const { profile_id: profileId } = useProfile();
  const { data, error, refetch } = useQuery(whyQuery(profileId, title.title_id));
  return (
    <Dialog title={t('components.why.title', { name: title.name })} onClose={onClose}>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && !title.evidence && <Waiting />}
      {!error && (data ?? title.evidence) && (
        <div className="why coupon" aria-busy={!data}>
          <p className="voice">{data?.text ?? title.evidence?.text}</p>
          {data && data.facts.length > 0 && <Facts facts={data.facts} />}
        </div>
      )}
    </Dialog>
  );
}
