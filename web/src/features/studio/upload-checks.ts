/** What can be told of a file before any of it is sent. */

/** The endings that the server takes. */
export const EXTENSIONS = [
  'mp4',
  'm4v',
  'mov',
  'mkv',
  'webm',
  'avi',
  'ts',
  'm2ts',
  'mts',
  'mpg',
  'mpeg',
  'flv',
  'wmv',
  'ogv',
  'mxf',
  '3gp',
] as const;

export type FileTrouble = 'none' | 'several' | 'folder' | 'empty' | 'kind';

interface Chosen {
  name: string;
  size: number;
  type: string;
}

/** The end of a name, in small letters, without its dot. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/**
 * What is wrong with the files that somebody chose or dropped, as far as that shows; null where nothing is.
 * The type that the browser tells may be empty (it knows few), but one that is no film's is refused.
 */
export function troubleOfFiles(files: readonly Chosen[], hasFolder = false): FileTrouble | null {
  const [file] = files;
  if (hasFolder) return 'folder';
  if (!file) return 'none';
  if (files.length > 1) return 'several';
  if (!(EXTENSIONS as readonly string[]).includes(extensionOf(file.name))) return 'kind';
  if (file.type && !/^(video\/|application\/(mxf|octet-stream|ogg|x-matroska|vnd\.))/.test(file.type))
    return 'kind';
  return file.size > 0 ? null : 'empty';
}
