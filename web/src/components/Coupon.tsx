import { Cited } from './Cited';

interface CouponProps {
  name: string;
  text: string;
  cites?: string | null | undefined;
  /** The id of the sentence, for what it describes. */
  id?: string;
}

/** The yellow slip that says why: one sentence that follows from a fact. */
export function Coupon({ name, text, cites, id }: CouponProps) {
  return (
    <span className="coupon voice">
      <b>{name}</b>
      <span id={id}>
        <Cited text={text} name={cites} />
      </span>
    </span>
  );
}
