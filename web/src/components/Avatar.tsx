import type { Schemas } from '@/lib/api';

type Name = Schemas['Profile']['avatar'];

/** The drawings of profiles: flat inks, like posters. */
export function Avatar({ name }: { name: Name }) {
  return (
    <svg viewBox="0 0 96 96" aria-hidden focusable={false} className="avatar">
      {DRAWINGS[name]}
    </svg>
  );
}

/** A profile's face, as small as a button. */
export function ProfileFace({ profile }: { profile: Pick<Schemas['Profile'], 'avatar' | 'name'> }) {
  return <Avatar name={profile.avatar} />;
}

export const AVATARS: readonly Name[] = [
  'comet',
  'fern',
  'lantern',
  'otter',
  'paper',
  'reel',
  'saffron',
  'tide',
];

const DRAWINGS: Record<Name, React.ReactElement> = {
  comet: (
    <>
      <rect width="96" height="96" fill="#13233f" />
      <path d="M0 96 58 30l14 14L34 96Z" fill="#e0483a" />
      <path d="M10 96 60 36l8 8L28 96Z" fill="#f6c73b" />
      <circle cx="66" cy="34" r="19" fill="#fbf0d9" />
    </>
  ),
  fern: (
    <>
      <rect width="96" height="96" fill="#dfe8d2" />
      <path d="M48 96V18" stroke="#123f31" strokeWidth="4" />
      {[24, 42, 60, 78].map((y, at) => (
        <g key={y} fill={at % 2 ? '#2f7a55' : '#123f31'}>
          <path
            d={`M48 ${y + 10}C${40 - at * 3} ${y + 8} ${28 - at * 4} ${y + 2} ${26 - at * 5} ${y - 8}C${38 - at * 3} ${y - 8} 46 ${y} 48 ${y + 10}Z`}
          />
          <path
            d={`M48 ${y + 10}C${56 + at * 3} ${y + 8} ${68 + at * 4} ${y + 2} ${70 + at * 5} ${y - 8}C${58 + at * 3} ${y - 8} 50 ${y} 48 ${y + 10}Z`}
          />
        </g>
      ))}
    </>
  ),
  lantern: (
    <>
      <rect width="96" height="96" fill="#0c3b33" />
      <path d="M48 0v20" stroke="#fbf0d9" strokeWidth="3" />
      <path d="M32 26h32l8 40H24Z" fill="#f9d64e" />
      <rect x="30" y="18" width="36" height="10" fill="#e0483a" />
      <rect x="26" y="66" width="44" height="10" fill="#e0483a" />
      <circle cx="48" cy="47" r="11" fill="#fff6d8" />
    </>
  ),
  otter: (
    <>
      <rect width="96" height="96" fill="#8ecbe0" />
      <path d="M0 70c16-8 32-8 48 0s32 8 48 0v26H0Z" fill="#1b5c8f" />
      <path d="M27 96V50a21 23 0 0 1 42 0v46Z" fill="#7a4b30" />
      <circle cx="29" cy="41" r="6" fill="#5b3824" />
      <circle cx="67" cy="41" r="6" fill="#5b3824" />
      <path d="M35 96V66a13 11 0 0 1 26 0v30Z" fill="#f3dfc3" />
      <ellipse cx="48" cy="57" rx="5.5" ry="3.8" fill="#1c130d" />
      <circle cx="39" cy="46" r="2.8" fill="#1c130d" />
      <circle cx="57" cy="46" r="2.8" fill="#1c130d" />
      <path d="M36 61 20 58M36 65l-15 3M60 61l16-3M60 65l15 3" stroke="#1c130d" strokeWidth="1.4" />
      <path d="M0 84c16-8 32-8 48 0s32 8 48 0v12H0Z" fill="#1b5c8f" />
    </>
  ),
  paper: (
    <>
      <rect width="96" height="96" fill="#f3b4ad" />
      <path d="m12 52 72-32-26 60-16-20Z" fill="#fff6ec" />
      <path d="m42 60 42-40-26 60Z" fill="#d9d2c6" />
      <path d="m42 60 2 22 10-10Z" fill="#a3212d" />
    </>
  ),
  reel: (
    <>
      <rect width="96" height="96" fill="#a3212d" />
      <circle cx="48" cy="48" r="34" fill="#fbf0d9" />
      <circle cx="48" cy="48" r="6" fill="#a3212d" />
      {[0, 1, 2, 3, 4].map((at) => {
        const angle = (at * 2 * Math.PI) / 5 - Math.PI / 2;
        return (
          <circle
            key={at}
            cx={48 + 20 * Math.cos(angle)}
            cy={48 + 20 * Math.sin(angle)}
            r="8"
            fill="#2b0a10"
          />
        );
      })}
    </>
  ),
  saffron: (
    <>
      <rect width="96" height="96" fill="#4b2a6b" />
      {[0, 60, 120, 180, 240, 300].map((turn) => (
        <path
          key={turn}
          d="M48 48C38 36 38 20 48 10c10 10 10 26 0 38Z"
          fill={turn % 120 ? '#c8aaf1' : '#e9dcfb'}
          transform={`rotate(${turn} 48 48)`}
        />
      ))}
      <circle cx="48" cy="48" r="8" fill="#f08a24" />
    </>
  ),
  tide: (
    <>
      <rect width="96" height="96" fill="#f6e7c9" />
      <circle cx="66" cy="30" r="15" fill="#e0483a" />
      <path d="M0 52c16-12 32-12 48 0s32 12 48 0v44H0Z" fill="#2e86ab" />
      <path d="M0 68c16-12 32-12 48 0s32 12 48 0v28H0Z" fill="#1b5c8f" />
      <path d="M0 84c16-12 32-12 48 0s32 12 48 0v12H0Z" fill="#0e3250" />
    </>
  ),
};
