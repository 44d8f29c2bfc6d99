import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Chrome, Edge and Chromium lie on this system, the best first. `PLAINVIEW_BROWSER` goes before all. */
export function browserCandidates(
  platform: NodeJS.Platform,
  environment: Environment,
  home: string,
): readonly string[] {
  const chosen = environment['PLAINVIEW_BROWSER'];
  return [...(chosen === undefined || chosen === '' ? [] : [chosen]), ...installed(platform, environment, home)];
}

function installed(platform: NodeJS.Platform, environment: Environment, home: string): readonly string[] {
  if (platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) => environment[name]);
    const programs = [
      ['Google', 'Chrome', 'Application', 'chrome.exe'],
      ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
      ['Chromium', 'Application', 'chrome.exe'],
    ];
    return programs.flatMap((parts) => roots.filter((root) => root !== undefined).map((root) => join(root, ...parts)));
  }
  if (platform === 'darwin') {
    const programs = [
      'Google Chrome.app/Contents/MacOS/Google Chrome',
      'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      'Chromium.app/Contents/MacOS/Chromium',
    ];
    return programs.flatMap((program) => [join('/Applications', program), join(home, 'Applications', program)]);
  }
  const names = [
    'google-chrome-stable',
    'google-chrome',
    'microsoft-edge-stable',
    'microsoft-edge',
    'chromium',
    'chromium-browser',
  ];
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), '/snap/bin/chromium'];
}

/** The first browser that can be run, or null. */
export function findBrowser(platform: NodeJS.Platform, environment: Environment, home: string): string | null {
  for (const candidate of browserCandidates(platform, environment, home)) {
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      // Not here, or not to be run by us: the next one.
    }
  }
  return null;
}

/** True when a window can be shown: always on Windows and macOS, on Linux with a display. */
export function hasDisplay(platform: NodeJS.Platform, environment: Environment): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(environment['DISPLAY']) || Boolean(environment['WAYLAND_DISPLAY']);
}
