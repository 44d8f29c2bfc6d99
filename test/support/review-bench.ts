import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { Change, MethodName, ParsedRequestOf, ReplyOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import {
  type Recording,
  type RedactionProject,
  type Render,
  recordingSchema,
  redactionProjectSchema,
} from '#common/evidence/index.ts';
import { redactionDocumentSchema } from '#common/redaction/document.ts';
import { applyEdit, emptyDocument, type RedactionDocument, type RedactionEdit } from '#common/redaction/index.ts';
import { encodeFrameTable, type FrameTable, toMicroseconds } from '#common/time/index.ts';
import { needChromium } from '#test/support/launched-station.ts';
import { pageConfig } from '../../build/config/vite.config.ts';
import { probeFrameTable } from './numbered-clip.ts';
import * as fixtures from './scripted-station/fixtures.ts';
import { emptyDepartment } from './scripted-station/scripts.ts';
import { type ScriptAdditions, type ScriptedStation, startScriptedStation } from './scripted-station/server.ts';

/** A clip of a review: where it is and how it looks upright. */
export type ReviewClip = {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly rotation?: 0 | 90 | 180 | 270;
  readonly pixelAspect?: number;
  readonly sound?: boolean;
};

/** A station with one recording to review, a browser in front of it, and what the station has been told. */
export type ReviewBench = {
  readonly station: ScriptedStation;
  readonly recording: Recording;
  readonly tables: readonly FrameTable[];
  readonly project: () => RedactionProject;
  /** Somebody else changes the redaction. */
  readonly changeElsewhere: (edit: RedactionEdit) => void;
  /** Somebody else changed the redaction, and this window hears of it. */
  readonly arriveElsewhere: (edit: RedactionEdit) => void;
  /** Another station's version of the redaction arrives beside what is worked with. */
  readonly branchElsewhere: (document: RedactionDocument, name: string) => void;
  /** Gives the station another answer from now on. */
  readonly answer: <M extends MethodName>(method: M, reply: (params: ParsedRequestOf<M>) => ReplyOf<M>) => void;
  readonly open: (context?: BrowserContextOptions) => Promise<Page>;
  readonly close: () => Promise<void>;
};

let built: Promise<string> | null = null;

/** Builds the page once for all tests of a file, outside of the tree. */
function builtPage(): Promise<string> {
  built ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plainview-page-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    const out = { ...pageConfig.build, outDir: folder, emptyOutDir: true };
    await build({ ...pageConfig, configFile: false, logLevel: 'error', build: out });
    return folder;
  })();
  return built;
}

/** What a test can change about the recording and the station. */
export type BenchOptions = {
  readonly change?: (recording: Recording) => unknown;
  readonly project?: { readonly document?: RedactionDocument; readonly version?: number };
  /** What the finished copies look like; the first clip when absent. */
  readonly renderFile?: string;
  readonly renders?: (project: RedactionProject) => readonly Render[];
  readonly answers?: ScriptAdditions['answers'];
};

export async function openReviewBench(clips: readonly ReviewClip[], options: BenchOptions = {}): Promise<ReviewBench> {
  const tables = clips.map((clip) => probeFrameTable(clip.path));
  const base = fixtures.recording(30, 0);
  const plain = recordingSchema.parse({
    ...base,
    triggers: [],
    preEvent: null,
    segments: clips.map((clip, index) => segment(clip, tables[index] ?? tables[0]!, index)),
  });
  const recording = recordingSchema.parse(options.change?.(plain) ?? plain);
  let project = redactionProjectSchema.parse({
    ...fixtures.project(1, recording),
    version: 0,
    head: (options.project?.version ?? 0) === 0 ? null : fixtures.id('operation', `save ${options.project?.version}`),
    document: { tracks: [], mutes: [] },
    ...options.project,
  });
  /** What each branch says, by the save it ends with. */
  const branchDocuments = new Map<string, RedactionProject['document']>();
  const put = (document: RedactionDocument, version: number): void => {
    const head = fixtures.id('operation', `save ${version}`);
    const changedBy = 'Nora Quist';
    project = redactionProjectSchema.parse({ ...project, document, version, head, changedBy });
    history.set(version, document);
  };
  const history = new Map<number, RedactionDocument>([[project.version, project.document]]);
  const tell = (): void => station.change(fixtures.changes([{ kind: 'project', value: project }]));
  const addBranch = (document: RedactionDocument, name: string): void => {
    const head = fixtures.id('operation', `branch ${branchDocuments.size}`);
    branchDocuments.set(head, redactionDocumentSchema.parse(document));
    const fork = project.head;
    const branch = { head, savedAt: fixtures.scriptedNow, savedBy: name, fork, saves: 1, names: [name] };
    project = redactionProjectSchema.parse({ ...project, branches: [...project.branches, branch] });
    tell();
  };
  const changes: Omit<Change, 'seq'>[] = [{ kind: 'recording', id: recording.id, value: recording }];
  for (const render of options.renders?.(project) ?? []) changes.push({ kind: 'render', id: render.id, value: render });
  const script = { ...emptyDepartment, changes: fixtures.changes(changes as never) };
  const own: NonNullable<ScriptAdditions['answers']> = {
    'review.open': ({ evidenceId }) => ({
      mediaId: evidenceId,
      contentType: 'video/mp4',
      frames: encodeFrameTable(tables[recording.segments.findIndex((each) => each.evidenceId === evidenceId)]!),
    }),
    'render.open': ({ renderId }) => ({ mediaId: renderId, contentType: 'video/mp4' }),
    'redaction.open': ({ evidenceId }) =>
      evidenceId === project.evidenceId ? project : { ...project, evidenceId, id: fixtures.id('project', evidenceId) },
    'redaction.branch': ({ version, edits }) => {
      let document = history.get(version) ?? emptyDocument;
      for (const edit of edits) document = applyEdit(document, edit).document;
      addBranch(document, 'Dana Whitfield');
      return { head: project.branches.at(-1)!.head };
    },
    'redaction.branches': () => ({
      trunk:
        project.head === null
          ? null
          : {
              head: project.head,
              savedAt: project.changedAt,
              savedBy: project.changedBy,
              fork: null,
              saves: project.version,
              names: [project.changedBy],
              document: project.document,
            },
      branches: project.branches.map((branch) => ({
        ...branch,
        document: branchDocuments.get(branch.head) ?? { tracks: [], mutes: [] },
      })),
    }),
    'redaction.choose': ({ chosen }) => {
      put(branchDocuments.get(chosen) ?? project.document, project.version + 1);
      project = redactionProjectSchema.parse({ ...project, branches: [] });
      tell();
      return { version: project.version };
    },
    'redaction.edit': ({ version, edits }) => {
      if (version !== project.version) {
        throw new ExpectedError('stale-version', 'Somebody else changed this redaction in the meantime.');
      }
      let document: RedactionDocument = project.document;
      for (const edit of edits) document = applyEdit(document, edit).document;
      put(document, project.version + edits.length);
      return { version: project.version };
    },
  };
  const answers: Record<string, unknown> = {};
  const station = await startScriptedStation(await builtPage(), script, {
    mediaFile: (id) => {
      const index = recording.segments.findIndex((each) => each.evidenceId === id);
      if (index >= 0) return clips[index]?.path ?? null;
      return id.startsWith('rnd_') ? (options.renderFile ?? clips[0]?.path ?? null) : null;
    },
    answers: Object.assign(answers, own, options.answers),
  });
  let browser: Browser | null = null;
  return {
    station,
    recording,
    tables,
    project: () => project,
    changeElsewhere: (edit) => {
      put(applyEdit(project.document, edit).document, project.version + 1);
    },
    arriveElsewhere: (edit) => {
      put(applyEdit(project.document, edit).document, project.version + 1);
      tell();
    },
    branchElsewhere: addBranch,
    answer: (method, reply) => {
      answers[method] = reply;
    },
    open: async (context = {}) => {
      browser ??= await chromium.launch({
        executablePath: needChromium(),
        args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
      });
      const opened = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...context });
      const page = await opened.newPage();
      page.on('pageerror', (thrown) => console.error('page:', thrown));
      page.on('console', (message) => {
        if (message.type() === 'error') console.error('page:', message.text());
      });
      await page.goto(`${station.origin}/#/recording/${recording.id}`);
      return page;
    },
    close: async () => {
      await browser?.close();
      await station.close();
    },
  };
}

function segment(clip: ReviewClip, table: FrameTable, index: number) {
  const frames = table.pts.length;
  const durationUs = toMicroseconds((table.pts.at(-1) ?? 0) + table.lastDuration, table.timeBase);
  return {
    evidenceId: fixtures.id('evidence', `bench ${index} ${clip.path}`),
    index,
    fileName: `BWC-04_${index}.mp4`,
    sourcePath: `DCIM/100MEDIA/BWC-04_${index}.mp4`,
    sha256: fixtures.sha(clip.path),
    sizeBytes: 1_000_000,
    sealedAt: fixtures.scriptedNow,
    readBack: 'device',
    media: {
      state: 'ready',
      posterId: null,
      proxyId: null,
      facts: {
        container: 'mov,mp4',
        durationUs,
        video: {
          codec: 'h264',
          width: clip.width,
          height: clip.height,
          rotation: clip.rotation ?? 0,
          pixelAspect: clip.pixelAspect ?? 1,
          frames,
          framesPerSecond: (frames * 1_000_000) / durationUs,
          variableRate: false,
        },
        audio: clip.sound === true ? { codec: 'aac', sampleRate: 44_100, channels: 1 } : null,
        playsInBrowser: true,
      },
    },
  };
}

/** Waits until the frame asked for is on the screen; the frame's number as the window says it. */
export async function settledFrame(page: Page): Promise<number> {
  const readout = page.getByTestId('timecode').and(page.locator('[data-settled="true"]'));
  await readout.waitFor({ timeout: 15_000 });
  return Number(await readout.getAttribute('data-frame'));
}
