export const LANGUAGES: readonly ['en', 'fr'];
export function homes(): { name: string; folder: string }[];
export function written(language: string): Record<string, string>;
export function parameters(compiled: unknown, found?: Record<string, string>): Record<string, string>;
export function compile(): void;
