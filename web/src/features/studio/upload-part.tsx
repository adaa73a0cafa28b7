import { useSearch } from '@tanstack/react-router';
import { TriangleAlert, Upload } from 'lucide-react';
import { useEffect, useId, useRef, useState, type DragEvent } from 'react';
import { useQuery } from '@tanstack/react-query';

import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { api } from '@/lib/api';
import { useT } from '@/lib/i18n';

import { bytes } from './figures';
import { Part } from './part';
import { isActive, useJobs, type StudioTitle } from './queries';
import { SendingRow } from './sending-row';
import { TitleChooser } from './title-chooser';
import { EXTENSIONS, troubleOfFiles, type FileTrouble } from './upload-checks';
import { begunBefore, forget, send, useSendings, type Begun } from './uploads';

const PLAYED = ['film', 'episode'] as const;

/** The title that the address of the page names, to send a film for. */
function useNamedTitle(): StudioTitle | null {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const named = typeof search.title === 'string' ? search.title : null;
  const { data } = useQuery({
    queryKey: ['studio', 'found', 'id', named],
    enabled: named !== null,
    queryFn: async ({ signal }) =>
      (await api.get('/studio/titles', { query: { q: named, limit: 10 }, signal })).items.find(
        (each) => each.title_id === named,
      ) ?? null,
  });
  return data ?? null;
}

/** Sending a film: for which title, which file, and what is on its way. */
export function UploadPart() {
  const t = useT();
  const named = useNamedTitle();
  const [own, setOwn] = useState<StudioTitle | null | undefined>(undefined);
  const title = own === undefined ? named : own;
  const [file, setFile] = useState<File | null>(null);
  const [trouble, setTrouble] = useState<FileTrouble | null>(null);
  const [needsTitle, setNeedsTitle] = useState(false);
  const sendings = useSendings();
  const { data: jobs = [] } = useJobs();
  const busy = title ? jobs.find((each) => each.title_id === title.title_id && isActive(each)) : undefined;
  const choose = (files: readonly File[], hasFolder = false) => {
    const wrong = troubleOfFiles(files, hasFolder);
    setTrouble(wrong);
    setFile(wrong ? null : (files[0] ?? null));
  };
  const begin = () => {
    setNeedsTitle(!title);
    if (!file) setTrouble((known) => known ?? 'none');
    if (!title || !file || busy) return;
    void send(file, title);
    setFile(null);
    setOwn(null);
  };
  return (
    <Part name={t('studio.upload.name')} className="upload-part">
      <div className="upload-form">
        <TitleChooser
          label={t('studio.upload.title')}
          hint={t('studio.upload.titleHint')}
          kinds={PLAYED}
          chosen={title}
          wrong={
            busy
              ? t('studio.upload.busy', { name: busy.title_name })
              : needsTitle && !title
                ? t('studio.upload.noTitle')
                : undefined
          }
          onChange={setOwn}
        />
        <FileChooser file={file} trouble={trouble} onChoose={choose} />
        <Button look="primary" icon={Upload} onClick={begin} disabled={Boolean(busy)}>
          {t('studio.upload.begin')}
        </Button>
      </div>
      <BegunBefore sendings={sendings.length} />
      {sendings.length > 0 && (
        <ul className="ruled-list" aria-label={t('studio.upload.list')}>
          {sendings.map((each) => (
            <SendingRow key={each.id} sending={each} job={jobs.find((job) => job.job_id === each.jobId)} />
          ))}
        </ul>
      )}
    </Part>
  );
}

function FileChooser({
  file,
  trouble,
  onChoose,
}: {
  file: File | null;
  trouble: FileTrouble | null;
  onChoose: (files: readonly File[], hasFolder?: boolean) => void;
}) {
  const t = useT();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const hasFolder = [...event.dataTransfer.items].some((each) => each.webkitGetAsEntry()?.isDirectory);
    onChoose([...event.dataTransfer.files], hasFolder);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{t('studio.upload.file')}</label>
      <div
        className={`drop ${isOver ? 'is-over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => {
          setOver(false);
        }}
        onDrop={onDrop}
      >
        <input
          ref={input}
          id={id}
          type="file"
          className="sr-only"
          accept={['video/*', ...EXTENSIONS.map((each) => `.${each}`)].join(',')}
          aria-describedby={`${id}-hint`}
          aria-invalid={trouble ? true : undefined}
          onChange={(event) => {
            onChoose([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <span className="drop-name">
          {file ? (
            <>
              <b>{file.name}</b> <span className="muted">{bytes(file.size)}</span>
            </>
          ) : (
            t('studio.upload.drop')
          )}
        </span>
        <Button compact tabIndex={-1} aria-hidden onClick={() => input.current?.click()}>
          {t('studio.upload.choose')}
        </Button>
      </div>
      <p id={`${id}-hint`} className={trouble ? 'wrong' : 'hint'} role="status">
        {trouble && <Icon of={TriangleAlert} size={18} />}
        {trouble ? t(`studio.upload.trouble.${trouble}`) : t('studio.upload.fileHint')}
      </p>
    </div>
  );
}

/** Uploads that an earlier visit left unfinished: choosing the same file again goes on with them. */
function BegunBefore({ sendings }: { sendings: number }) {
  const t = useT();
  const [begun, setBegun] = useState<Begun[]>([]);
  useEffect(() => {
    let isHere = true;
    void begunBefore().then((found) => {
      if (isHere) setBegun(found);
    });
    return () => {
      isHere = false;
    };
  }, [sendings]);
  if (begun.length === 0) return null;
  return (
    <ul className="ruled-list" aria-label={t('studio.upload.begun')}>
      {begun.map((each) => (
        <li key={each.key} className="begun">
          <p>
            {t('studio.upload.begunLine', {
              file: each.fileName,
              name: each.titleName,
              size: bytes(each.size),
            })}
          </p>
          <Button
            compact
            onClick={() => {
              setBegun(begun.filter((other) => other.key !== each.key));
              void forget(each);
            }}
          >
            {t('studio.upload.forget')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
