import { isAbsolute, join } from 'node:path';

/**
 * Where a station keeps its data when nobody says otherwise: XDG_DATA_HOME/plainview (or ~/.local/share/plainview),
 * %LOCALAPPDATA%/Plainview, ~/Library/Application Support/Plainview. PLAINVIEW_DATA overrides all of them.
 */
export function defaultDataFolder(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const chosen = environment['PLAINVIEW_DATA'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Plainview');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Plainview');
  const base = environment['XDG_DATA_HOME'];
  // The XDG specification tells programs to ignore a relative path here.
  return join(base !== undefined && isAbsolute(base) ? base : join(home, '.local', 'share'), 'plainview');
}
