import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'electron-vite';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core';
import type { Answer, Call, ShellBridge } from '#common/contract/index.ts';
import type { ContractClient, ContractHarness, MediaAnswer } from '#test/contract/suite.ts';
import { electronProgram } from '../../build/scripts/electron-program.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Says loudly that nothing was tested. True when there is something to test. */
export function hasElectron(suite: string): boolean {
  if (electronProgram() !== null) return true;
  process.stdout.write(`\nSKIPPED ${suite}: Electron's binary is not here (node_modules/electron/dist).\n`);
  return false;
}

export type RunningApp = {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly close: () => Promise<void>;
};

/** Bundles the app and starts it on a new data folder. */
export async function openElectron(): Promise<RunningApp> {
  const program = electronProgram();
  if (program === null) throw new Error("Electron's binary is not here.");
  await build({ configFile: join(root, 'build/config/electron.vite.config.ts'), logLevel: 'error' });
  const data = mkdtempSync(join(tmpdir(), 'plainview-electron-'));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await electron.launch({
    executablePath: program,
    args: [...sandbox, root],
    env: { ...(process.env as Record<string, string>), PLAINVIEW_DATA: data },
  });
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');
  return {
    app,
    page,
    close: async () => {
      await app.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

type WithBridge = typeof globalThis & { plainview: ShellBridge; heard?: unknown[] };

function windowClient(page: Page): ContractClient {
  return {
    send: async (text) => {
      let message: Call;
      try {
        message = JSON.parse(text) as Call;
      } catch {
        // The bridge takes objects alone: what is not JSON cannot even be sent. The door's own answer is tested elsewhere.
        return {
          id: null,
          ok: false,
          error: {
            family: 'expected',
            code: 'invalid-request',
            message: '',
            subject: null,
            nextStep: null,
            reference: null,
          },
        };
      }
      return (await page.evaluate((call) => (globalThis as WithBridge).plainview.call(call), message)) satisfies Answer;
    },
    onEvent: (listener) => {
      void page.exposeFunction('hear', listener).then(() =>
        page.evaluate(() => {
          const scope = globalThis as WithBridge & { hear: (event: unknown) => void };
          scope.plainview.onEvent((event) => scope.hear(event));
        }),
      );
    },
    media: async (path, init = {}) => {
      const answer = await page.evaluate(
        async ([target, options]) => {
          const response = await fetch(target, options);
          return {
            status: response.status,
            headers: Object.fromEntries(response.headers),
            body: [...new Uint8Array(await response.arrayBuffer())],
          };
        },
        [path, init] as const,
      );
      return { ...answer, body: new Uint8Array(answer.body) } satisfies MediaAnswer;
    },
  };
}

/** The desktop shell, over its real IPC and its scheme. It has one window. */
export async function openElectronHarness(): Promise<ContractHarness> {
  const running = await openElectron();
  return { severalClients: false, client: () => Promise.resolve(windowClient(running.page)), close: running.close };
}
