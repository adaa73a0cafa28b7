/** A sentence, with the title it names set as a cited title. */
export function Cited({ text, name }: { text: string; name?: string | null | undefined }) {
  const at = name ? text.indexOf(name) : -1;
  if (!name || at < 0) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <cite>{name}</cite>
      {text.slice(at + name.length)}
    </>
  );
}
