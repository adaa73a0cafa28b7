import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import {
  Bookmark,
  Clapperboard,
  Ellipsis,
  History,
  House,
  LogOut,
  Moon,
  Search,
  Settings2,
  Shapes,
  Sun,
  User,
  Users,
} from 'lucide-react';

import { useT } from '@/lib/i18n';
import { signOut, type Me, type Profile } from '@/lib/session';
import { chooseTheme, useTheme } from '@/lib/theme';

import { ProfileFace } from './Avatar';
import { buttonClass, IconButton } from './Button';
import { Icon } from './Icon';
import { Menu, type MenuItem } from './Menu';

/** The name of the house, and the lamp. */
export function Brand({ to }: { to: '/' | '/home' }) {
  const t = useT();
  return (
    <Link to={to} className="brand" aria-label={t('components.brand')}>
      cinoche
      <i />
    </Link>
  );
}

/** Soirée or matinée. */
export function ThemeButton() {
  const t = useT();
  const theme = useTheme();
  const other = theme === 'soiree' ? 'matinee' : 'soiree';
  return (
    <IconButton
      label={t(other === 'matinee' ? 'components.theme.toMatinee' : 'components.theme.toSoiree')}
      icon={theme === 'soiree' ? Sun : Moon}
      onClick={() => {
        chooseTheme(other);
      }}
    />
  );
}

const PLACES = [
  { to: '/home', label: 'components.nav.home' },
  { to: '/genres', label: 'components.nav.genres' },
  { to: '/my-list', label: 'components.nav.myList' },
  { to: '/history', label: 'components.nav.history' },
] as const;

/** The top of every page of somebody who watches. */
export function Masthead({ me, profile }: { me: Me; profile: Profile }) {
  const t = useT();
  return (
    <header className="masthead" data-arrows>
      <Brand to="/home" />
      <nav aria-label={t('components.nav.main')}>
        <ul>
          {PLACES.map(({ to, label }) => (
            <li key={to}>
              <Link to={to}>{t(label)}</Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="end">
        <Link to="/search" className="seek">
          <Icon of={Search} />
          <span>{t('components.nav.seek')}</span>
        </Link>
        <ThemeButton />
        <ProfileMenu me={me} profile={profile} />
      </div>
    </header>
  );
}

function ProfileMenu({ me, profile }: { me: Me; profile: Profile }) {
  const t = useT();
  const navigate = useNavigate();
  const items: (MenuItem | null)[] = [
    { label: t('components.me.switch'), icon: Users, onSelect: () => void navigate({ to: '/profiles' }) },
    {
      label: t('components.me.manage'),
      icon: Settings2,
      onSelect: () => void navigate({ to: '/profiles/manage' }),
    },
    { label: t('components.nav.history'), icon: History, onSelect: () => void navigate({ to: '/history' }) },
    { label: t('components.me.account'), icon: User, onSelect: () => void navigate({ to: '/account' }) },
    ...(me.account.role === 'operator'
      ? [
          {
            label: t('components.me.studio'),
            icon: Clapperboard,
            onSelect: () => void navigate({ to: '/studio' }),
          },
        ]
      : []),
    null,
    {
      label: t('components.me.signOut'),
      icon: LogOut,
      onSelect: () => void signOut().then(() => navigate({ to: '/' })),
    },
  ];
  return (
    <Menu
      label={t('components.me.menu', { name: profile.name })}
      className="face"
      trigger={<ProfileFace profile={profile} />}
      items={items}
    />
  );
}

const TABS = [
  { to: '/home', label: 'components.nav.home', icon: House },
  { to: '/search', label: 'components.nav.search', icon: Search },
  { to: '/genres', label: 'components.nav.genres', icon: Shapes },
  { to: '/my-list', label: 'components.nav.myList', icon: Bookmark },
] as const;

const MORE = [
  { to: '/history', label: 'components.nav.history', icon: History },
  { to: '/account', label: 'components.me.account', icon: User },
  { to: '/profiles', label: 'components.me.switch', icon: Users },
] as const;

/** The bottom of a small screen. */
export function BottomNav() {
  const t = useT();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isInMore = MORE.some(({ to }) => to === path);
  return (
    <nav className="tabs" aria-label={t('components.nav.sections')}>
      <ul>
        {TABS.map(({ to, label, icon }) => (
          <li key={to}>
            <Link to={to}>
              <Icon of={icon} size={22} />
              {t(label)}
            </Link>
          </li>
        ))}
        <li>
          <Menu
            label={t('components.nav.more')}
            className={isInMore ? 'here' : ''}
            trigger={
              <>
                <Icon of={Ellipsis} size={22} />
                {t('components.nav.more')}
              </>
            }
            items={MORE.map(({ to, label, icon }) => ({
              label: t(label),
              icon,
              onSelect: () => void navigate({ to }),
            }))}
          />
        </li>
      </ul>
    </nav>
  );
}

/** The top of a page for who has no account, or is not in yet. */
export function OpenMasthead({ isKnown = false, bare = false }: { isKnown?: boolean; bare?: boolean }) {
  const t = useT();
  return (
    <header className="masthead" data-arrows>
      <Brand to="/" />
      <div className="end">
        <ThemeButton />
        {!bare && isKnown && (
          <Link to="/home" className={buttonClass({ look: 'primary', compact: true })}>
            {t('components.open.enter')}
          </Link>
        )}
        {!bare && !isKnown && (
          <>
            <Link to="/sign-in" className={buttonClass({ compact: true })}>
              {t('components.open.signIn')}
            </Link>
          </>
        )}
      </div>
    </header>
  );
}
