export function worded(
  index: string,
  page: { name: string; language: string; title: string; markup: string },
): string;
