import { Cited } from './Cited';

/** The yellow slip that says why: one sentence that follows from a fact. */
export function Coupon({
  name,
  text,
  cites,
}: {
  name: string;
  text: string;
  cites?: string | null | undefined;
}) {
  return (
    <span className="coupon voice">
      <b>{name}</b>
      <Cited text={text} name={cites} />
    </span>
  );
}
