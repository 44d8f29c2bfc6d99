// The whole job in a real browser, as one script: so that it can also be run where there is no network at all.
// node test/e2e/whole-job.ts WORK_FOLDER CARD_FOLDER [PICTURE_FOLDER]; the last line of the output is JSON.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { chromiumProgram, launchChromium, launchStation } from '../support/launched-station.ts';
import {
  drawBox,
  goTo,
  offloadFolder,
  openRecording,
  readout,
  release,
  renderAndCheck,
  setUpDepartment,
} from './journey.ts';

const [work = '', card = '', pictures = ''] = process.argv.slice(2);
const program = chromiumProgram();
if (work === '' || card === '' || program === null)
  throw new Error('Name a work folder and a card; Chromium must be here.');

const station = await launchStation(join(work, 'data'));
const browser = await launchChromium(program);
const problems: string[] = [];
const violations: string[] = [];

async function look(page: Page, name: string): Promise<void> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  violations.push(
    ...found.map((one) => `${name}: ${one.id} (${one.nodes.length}): ${one.nodes[0]?.html.slice(0, 160) ?? ''}`),
  );
  if (pictures === '') return;
  mkdirSync(pictures, { recursive: true });
  for (const size of [
    { width: 1440, height: 900 },
    { width: 1920, height: 1080 },
  ]) {
    await page.setViewportSize(size);
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(pictures, `${name}-${size.width}.png`) });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(station.address);
  await page.getByRole('button', { name: 'Set up your department' }).waitFor();
  await look(page, 'welcome');
  await setUpDepartment(page);
  await offloadFolder(page, card);
  await look(page, 'dock');
  const title = await openRecording(page, /18:41/);
  // Frame by frame to the end and back: the readout never skips or repeats.
  for (let frame = 1; frame <= 5; frame++) {
    await page.keyboard.press('.');
    await readout(page, frame);
  }
  for (let frame = 4; frame >= 0; frame--) {
    await page.keyboard.press(',');
    await readout(page, frame);
  }
  await drawBox(page, 960, { x: 385, y: 30, width: 220, height: 275 });
  await page.keyboard.press('End');
  await readout(page, 61);
  for (let i = 0; i < 2; i++) await page.keyboard.press('Shift+ArrowLeft');
  await page.getByText('Keyframes 2 of 2').or(page.getByText('2 of 2')).first().waitFor();
  await look(page, 'review');
  await renderAndCheck(page);
  await look(page, 'checked');
  await release(page, title, join(work, 'release.zip'));
  await look(page, 'releases');
  for (const screen of ['library', 'people', 'audit']) {
    await goTo(page, screen);
    await page.waitForTimeout(800);
    await look(page, screen);
  }
  console.log(JSON.stringify({ title, problems, violations, package: join(work, 'release.zip') }));
} finally {
  await browser.close();
  await station.stop();
}
