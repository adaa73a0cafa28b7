import { Link } from '@tanstack/react-router';
import { Play, Trash2 } from 'lucide-react';
import { useState } from 'react';

import { Button, IconButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Icon } from '@/components/Icon';
import { ErrorState, Waiting } from '@/components/States';
import { api, Refusal } from '@/lib/api';
import { locale, t as say, useT } from '@/lib/i18n';
import { duration, number } from '@/lib/format';
import { notify } from '@/lib/toast';

import { bytes, instant } from './figures';
import { MediaPill } from './media-state';
import { Part } from './part';
import { refreshMedia, useAssets, useJobs, type Asset, type Job } from './queries';
import { Thumb } from './thumb';
import { useIsNarrow } from './titles-table';

/** Where the jobs stand, as far as that changes what can be played. */
function beatOf(jobs: readonly Job[] | undefined): string {
  return (jobs ?? []).map((each) => `${each.state[0] ?? ''}${each.watchable_at ? 1 : 0}`).join('');
}

/** Everything that can be played. */
export function AssetsPart() {
  const t = useT();
  const { data: jobs } = useJobs();
  const { data: assets, error, refetch } = useAssets(beatOf(jobs));
  const isNarrow = useIsNarrow();
  const [leaving, setLeaving] = useState<Asset | null>(null);
  const size = (assets ?? []).reduce((sum, each) => sum + each.size_bytes, 0);
  const Shown = isNarrow ? AssetsList : AssetsTable;
  return (
    <Part
      name={t('studio.assets.name')}
      finding={
        assets && assets.length > 0
          ? t('studio.assets.total', { count: assets.length, size: bytes(size) })
          : undefined
      }
      className="assets-part"
    >
      {error && !assets ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !assets ? (
        <Waiting />
      ) : assets.length === 0 ? (
        <p className="nothing">{t('studio.assets.none')}</p>
      ) : (
        <Shown assets={assets} onRemove={setLeaving} />
      )}
      {leaving && (
        <Removal
          asset={leaving}
          onClose={() => {
            setLeaving(null);
          }}
        />
      )}
    </Part>
  );
}

interface Shown {
  assets: readonly Asset[];
  onRemove: (asset: Asset) => void;
}

function AssetsTable({ assets, onRemove }: Shown) {
  const t = useT();
  return (
    <table className="ledger assets">
      <caption className="sr-only">{t('studio.assets.name')}</caption>
      <thead>
        <tr>
          <th scope="col" colSpan={2}>
            {t('studio.sort.name')}
          </th>
          <th scope="col">{t('studio.assets.state')}</th>
          <th scope="col" className="n">
            {t('studio.titles.length')}
          </th>
          <th scope="col">{t('studio.assets.heights')}</th>
          <th scope="col" className="roomy">
            {t('studio.assets.audio')}
          </th>
          <th scope="col" className="roomy">
            {t('studio.assets.captions')}
          </th>
          <th scope="col" className="n">
            {t('studio.assets.size')}
          </th>
          <th scope="col" className="n roomiest">
            {t('studio.assets.made')}
          </th>
          <td className="end" />
        </tr>
      </thead>
      <tbody>
        {assets.map((each) => (
          <tr key={each.asset_id}>
            <td className="mini">
              <Thumb titleId={each.title_id} />
            </td>
            <th scope="row">{each.title_name}</th>
            <td>
              <MediaPill state={each.state} />
            </td>
            <td className="n">{duration(each.duration_s)}</td>
            <td>{heightsOf(each)}</td>
            <td className="roomy">{languagesOf(each.audio) || '—'}</td>
            <td className="roomy">{languagesOf(each.captions) || '—'}</td>
            <td className="n">{bytes(each.size_bytes)}</td>
            <td className="n roomiest muted">{instant(each.created_at)}</td>
            <td className="end">
              <AssetActions asset={each} onRemove={onRemove} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function AssetsList({ assets, onRemove }: Shown) {
  return (
    <ul className="ledger-list">
      {assets.map((each) => (
        <li key={each.asset_id}>
          <Thumb titleId={each.title_id} />
          <div>
            <b>{each.title_name}</b>
            <p>
              {[duration(each.duration_s), heightsOf(each), bytes(each.size_bytes)]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <p>
              <MediaPill state={each.state} />
            </p>
          </div>
          <AssetActions asset={each} onRemove={onRemove} />
        </li>
      ))}
    </ul>
  );
}

function AssetActions({ asset, onRemove }: { asset: Asset; onRemove: (asset: Asset) => void }) {
  const t = useT();
  const name = asset.title_name;
  return (
    <span className="row-actions">
      <Link
        to="/watch/$titleId"
        params={{ titleId: asset.title_id }}
        className="icon-button"
        aria-label={t('studio.assets.watch', { name })}
        title={t('studio.assets.watch', { name })}
      >
        <Icon of={Play} filled />
      </Link>
      <IconButton
        label={t('studio.assets.remove', { name })}
        icon={Trash2}
        onClick={() => {
          onRemove(asset);
        }}
      />
    </span>
  );
}

function heightsOf(asset: Asset): string {
  return [...asset.heights]
    .sort((a, b) => a - b)
    .map((each) => `${number(each, { useGrouping: false })}p`)
    .join(' ');
}

/** Languages by their names; one without a name, or that nobody told, by what is written. */
function languagesOf(tags: readonly string[]): string {
  const names = new Intl.DisplayNames(locale(), { type: 'language' });
  return [...new Set(tags)]
    .map((tag) => {
      try {
        return tag === 'und' ? say('studio.assets.unknown') : (names.of(tag) ?? tag);
      } catch {
        return tag;
      }
    })
    .join(', ');
}

function Removal({ asset, onClose }: { asset: Asset; onClose: () => void }) {
  const t = useT();
  const name = asset.title_name;
  const remove = async () => {
    try {
      await api.delete('/studio/media/{title_id}', { path: { title_id: asset.title_id } });
      notify(t('studio.assets.removed', { name }));
    } catch (error) {
      notify(error instanceof Refusal && !error.isOffline ? error.message : t('studio.edit.offline'));
    }
    onClose();
    await refreshMedia();
  };
  return (
    <Dialog title={t('studio.assets.sure', { name })} onClose={onClose}>
      <p className="voice sure">{t('studio.assets.sureWords', { size: bytes(asset.size_bytes) })}</p>
      <div className="actions">
        <Button look="danger" icon={Trash2} onClick={() => void remove()}>
          {t('studio.assets.removeNow')}
        </Button>
        <Button onClick={onClose}>{t('studio.assets.keep')}</Button>
      </div>
    </Dialog>
  );
}
