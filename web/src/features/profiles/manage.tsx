import './profiles.css';

import { Link } from '@tanstack/react-router';
import { ArrowLeft, Plus } from 'lucide-react';
import { useState } from 'react';

import { Avatar } from '@/components/Avatar';
import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';
import { useSession } from '@/lib/session';

import { ProfileForm } from './profile-form';

const MOST_PROFILES = 5;

/** The profiles of the account: who they are and how they like to watch. */
export function ManageProfilesPage() {
  const t = useT();
  useDocumentTitle(t('profiles.manager.title'));
  const { me } = useSession();
  const [chosen, setChosen] = useState<string | null>(null);
  const profiles = me?.profiles ?? [];
  const current = chosen ?? me?.profile_id ?? profiles[0]?.profile_id ?? 'new';
  const profile = profiles.find((each) => each.profile_id === current) ?? null;
  return (
    <div className="manage">
      <div className="manage-head">
        <Link to="/profiles" className="link">
          <Icon of={ArrowLeft} size={18} />
          {t('profiles.title')}
        </Link>
        <h1 className="page-title">{t('profiles.manager.title')}</h1>
      </div>
      <ul className="manage-list" role="list" aria-label={t('profiles.list')} data-arrows>
        {profiles.map((each) => (
          <li key={each.profile_id}>
            <button
              type="button"
              aria-current={each.profile_id === current}
              onClick={() => setChosen(each.profile_id)}
            >
              <Avatar name={each.avatar} />
              <span>
                {each.name}
                <small>{limitOf(each, t)}</small>
              </span>
            </button>
          </li>
        ))}
        {profiles.length < MOST_PROFILES && (
          <li>
            <button type="button" aria-current={current === 'new'} onClick={() => setChosen('new')}>
              <span className="face">
                <Icon of={Plus} />
              </span>
              {t('profiles.manager.add')}
            </button>
          </li>
        )}
      </ul>
      <ProfileForm key={profile?.profile_id ?? 'new'} profile={profile} onSaved={(id) => setChosen(id)} />
    </div>
  );
}

function limitOf(profile: { is_kids: boolean; max_age: number | null }, t: ReturnType<typeof useT>): string {
  const limit =
    profile.max_age === null ? t('profiles.limit.none') : t('profiles.limit.age', { age: profile.max_age });
  return profile.is_kids ? `${t('profiles.limit.kids')} · ${limit}` : limit;
}
