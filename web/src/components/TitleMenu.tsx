import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  Bookmark,
  BookmarkCheck,
  CircleQuestionMark,
  Ellipsis,
  EyeOff,
  Play,
  ThumbsDown,
  ThumbsUp,
} from 'lucide-react';
import { useState } from 'react';

import type { Schemas } from '@/lib/api';
import { useT } from '@/lib/i18n';
import { useProfile } from '@/lib/session';
import { changeState, stateQuery } from '@/lib/viewing';

import { Icon } from './Icon';
import { Menu, type MenuItem, type MenuItems } from './Menu';
import { WhyDialog } from './WhyDialog';

type Face = Schemas['Face'] & { evidence?: Schemas['Evidence'] };

/** What can be done with a title from its poster's corner. */
export function TitleMenu({ face }: { face: Face }) {
  const t = useT();
  const [asks, setAsks] = useState(false);
  const useItems = () => useTitleItems(face, () => setAsks(true));
  return (
    <>
      <Menu
        label={t('components.do.menu', { name: face.name })}
        className="icon-button more"
        trigger={<Icon of={Ellipsis} />}
        useItems={useItems}
      />
      {asks && <WhyDialog title={face} onClose={() => setAsks(false)} />}
    </>
  );
}

function useTitleItems(face: Face, onWhy: () => void): MenuItems {
  const t = useT();
  const navigate = useNavigate();
  const { profile_id: profileId } = useProfile();
  const { data: state } = useQuery(stateQuery(profileId, face.title_id));
  const change = (patch: Partial<Schemas['TitleState']>) => {
    changeState(profileId, face, patch);
  };
  const thumb = state?.thumb ?? null;
  const isListed = state?.is_listed ?? false;
  const play: MenuItem = {
    label: t(state?.in_progress ? 'components.play.resume' : 'components.play.play'),
    icon: Play,
    filled: true,
    onSelect: () => void navigate({ to: '/watch/$titleId', params: { titleId: face.title_id } }),
  };
  return [
    ...(face.has_media ? [play] : []),
    { label: t('components.do.why'), icon: CircleQuestionMark, onSelect: onWhy },
    {
      label: t(isListed ? 'components.do.unlist' : 'components.do.list'),
      icon: isListed ? BookmarkCheck : Bookmark,
      onSelect: () => change({ is_listed: !isListed }),
    },
    null,
    {
      label: t(thumb === 'up' ? 'components.do.unlike' : 'components.do.like'),
      icon: ThumbsUp,
      filled: thumb === 'up',
      onSelect: () => change({ thumb: thumb === 'up' ? null : 'up' }),
    },
    {
      label: t(thumb === 'down' ? 'components.do.undislike' : 'components.do.dislike'),
      icon: ThumbsDown,
      filled: thumb === 'down',
      onSelect: () => change({ thumb: thumb === 'down' ? null : 'down' }),
    },
    { label: t('components.do.dismiss'), icon: EyeOff, onSelect: () => change({ is_dismissed: true }) },
  ];
}
