import { Lightbulb } from 'lucide-react';

import { Cited } from '@/components/Cited';
import { Icon } from '@/components/Icon';
import { useT } from '@/lib/i18n';

import type { Page } from './use-home';

/** Why the rows that follow are not the ones that were there before; `plain` for who listens. */
export function Because({
  because,
  plain = false,
}: {
  because: NonNullable<Page['because']>;
  plain?: boolean;
}) {
  const t = useT();
  const { kind, title } = because.move;
  const after =
    because.changed === null
      ? t('home.because.whole')
      : t('home.because.changed', { count: because.changed });
  const text = `${t(`home.because.${kind}`, { name: title.name })} ${after}`;
  if (plain) return <>{text}</>;
  return (
    <p className="because coupon" aria-hidden>
      <Icon of={Lightbulb} />
      <span className="voice">
        <Cited text={text} name={title.name} />
      </span>
    </p>
  );
}
