import './profiles.css';

import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { Lock, Settings2 } from 'lucide-react';
import { useState } from 'react';

import { Avatar } from '@/components/Avatar';
import { buttonClass } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { Refusal } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { useDocumentTitle } from '@/lib/page';
import { useSession, type Profile } from '@/lib/session';
import { notify } from '@/lib/toast';

import { choose } from './choose';
import { PinDialog } from './pin-dialog';

const route = getRouteApi('/door/profiles');

/** Who watches: one button for each profile of the account. */
export function ProfilesPage() {
  const t = useT();
  useDocumentTitle(t('profiles.title'));
  const router = useRouter();
  const { next } = route.useSearch();
  const { me } = useSession();
  const [asked, setAsked] = useState<Profile | null>(null);

  async function enter(profile: Profile, pin: string | null): Promise<void> {
    await choose(profile, pin);
    router.history.push(next ?? '/home');
  }

  function pick(profile: Profile): void {
    if (profile.has_pin) {
      setAsked(profile);
      return;
    }
    enter(profile, null).catch((error: unknown) => {
      notify(
        error instanceof Refusal && error.isOffline
          ? t('profiles.offline')
          : t('profiles.notChosen', { name: profile.name }),
      );
    });
  }

  return (
    <div className="who">
      <h1 className="page-title">{t('profiles.title')}</h1>
      <ul className="who-list" role="list" aria-label={t('profiles.list')} data-arrows>
        {me?.profiles.map((profile) => (
          <li key={profile.profile_id}>
            <button type="button" onClick={() => pick(profile)}>
              <Avatar name={profile.avatar} />
              <span className="who-name">
                {profile.name}
                {profile.has_pin && <Icon of={Lock} size={18} />}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <Link to="/profiles/manage" className={buttonClass({ compact: true })}>
        <Icon of={Settings2} />
        {t('profiles.manage')}
      </Link>
      {asked && (
        <PinDialog profile={asked} onEnter={(pin) => enter(asked, pin)} onClose={() => setAsked(null)} />
      )}
    </div>
  );
}
