import './account.css';

import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { useState, type ReactNode } from 'react';

import { Avatar } from '@/components/Avatar';
import { Actions, Button, buttonClass } from '@/components/Button';
import { Choice } from '@/components/Choice';
import { api } from '@/lib/api';
import { day } from '@/lib/format';
import { speak, useLanguage, useT, type Language } from '@/lib/i18n';
import { whenLanguageChosen } from '@/lib/language';
import { useDocumentTitle } from '@/lib/page';
import { forgetSession, signOut, useProfile, useSession } from '@/lib/session';
import { chooseTheme, useTheme, type Theme } from '@/lib/theme';
import { notify } from '@/lib/toast';

import { DeletePart } from './delete-part';
import { DevicesPart } from './devices-part';
import { PasswordPart } from './password-part';
import { wrongOf } from './words';

const collectionQuery = queryOptions({
  queryKey: ['collection'],
  staleTime: Infinity,
  queryFn: ({ signal }) => api.get('/public/collection', { signal }),
});

/** The account: how the site speaks and looks, who may come in, and the ways out. */
export function AccountPage() {
  const t = useT();
  useDocumentTitle(t('account.title'));
  const { me } = useSession();
  const profile = useProfile();
  return (
    <div className="page account min-h-screen">
      <div className="browse-head">
        <div>
          <h1 className="page-title">{t('account.title')}</h1>
          {me && <p className="account-email">{me.account.email}</p>}
          {me && <p className="small">{t('account.since', { day: day(me.account.created_at) })}</p>}
        </div>
      </div>
      <Part id="watching" title={t('account.watching')}>
        <p className="account-watching">
          <span className="face">
            <Avatar name={profile.avatar} />
          </span>
          {t('account.watchingAs', { name: profile.name })}
        </p>
        <Actions>
          <Link to="/profiles" className={buttonClass({ compact: true })}>
            {t('account.switch')}
          </Link>
          {!profile.is_kids && (
            <Link to="/profiles/manage" className={buttonClass({ compact: true })}>
              {t('account.manage')}
            </Link>
          )}
        </Actions>
      </Part>
      <LooksPart />
      {profile.is_kids ? (
        <Part id="grown" title={t('account.child.title')}>
          <p className="voice">{t('account.child.sentence')}</p>
        </Part>
      ) : (
        <>
          <Part id="password" title={t('account.password.title')} sentence={t('account.password.sentence')}>
            <PasswordPart email={me?.account.email ?? ''} />
          </Part>
          <Part id="devices" title={t('account.devices.title')} sentence={t('account.devices.sentence')}>
            <DevicesPart />
          </Part>
        </>
      )}
      <OutPart isChild={profile.is_kids} />
      {!profile.is_kids && (
        <Part id="delete" title={t('account.delete.title')} sentence={t('account.delete.sentence')}>
          <DeletePart />
        </Part>
      )}
      <DataPart />
    </div>
  );
}

function Part({
  id,
  title,
  sentence,
  children,
}: {
  id: string;
  title: string;
  sentence?: string;
  children: ReactNode;
}) {
  return (
    <section className="account-part" aria-labelledby={`account-${id}`}>
      <div>
        <h2 id={`account-${id}`}>{title}</h2>
        {sentence && <p className="small">{sentence}</p>}
      </div>
      <div className="account-do">{children}</div>
    </section>
  );
}

function LooksPart() {
  const t = useT();
  const language = useLanguage();
  const theme = useTheme();
  const [chosen, setChosen] = useState<Language | null>(null);
  const choose = (next: Language) => {
    setChosen(next);
    speak(next, true)
      .then(() => whenLanguageChosen(next))
      .catch(() => notify(t('account.wrong.other')))
      .finally(() => setChosen(null));
  };
  return (
    <Part id="looks" title={t('account.looks.title')} sentence={t('account.looks.sentence')}>
      <div className="account-choices">
        <Choice
          label={t('account.looks.language')}
          value={chosen ?? language}
          options={[
            { value: 'en', label: 'English', lang: 'en' },
            { value: 'fr', label: 'Français', lang: 'fr' },
          ]}
          onChange={choose}
        />
        <Choice<Theme>
          label={t('account.looks.theme')}
          value={theme}
          options={[
            { value: 'soiree', label: t('account.looks.soiree') },
            { value: 'matinee', label: t('account.looks.matinee') },
          ]}
          onChange={chooseTheme}
        />
      </div>
    </Part>
  );
}

function OutPart({ isChild }: { isChild: boolean }) {
  const t = useT();
  const navigate = useNavigate();
  async function leave(everywhere: boolean): Promise<void> {
    try {
      if (everywhere) {
        await api.delete('/sessions');
        forgetSession(null);
      } else await signOut();
      await navigate({ to: '/' });
    } catch (error) {
      notify(t(wrongOf(error).words));
    }
  }
  return (
    <Part id="out" title={t('account.out.title')} sentence={t('account.out.sentence')}>
      <Actions>
        <Button compact icon={LogOut} onClick={() => void leave(false)}>
          {t('account.out.here')}
        </Button>
        {!isChild && (
          <Button compact onClick={() => void leave(true)}>
            {t('account.out.everywhere')}
          </Button>
        )}
      </Actions>
    </Part>
  );
}

function DataPart() {
  const t = useT();
  const { data } = useQuery(collectionQuery);
  return (
    <Part id="data" title={t('account.data.title')} sentence={t('account.data.sentence')}>
      <ul role="list" className="account-sources">
        {data?.attributions.map((each) => (
          <li key={each} lang="en">
            {each}
          </li>
        ))}
      </ul>
    </Part>
  );
}
