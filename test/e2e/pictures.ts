// Makes the README's pictures: real screenshots of the training agency at work.
// node test/e2e/pictures.ts WORK_FOLDER
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPageIfOutdated } from '../../build/scripts/page-build.ts';
import { chromiumProgram, launchChromium, launchStation } from '../support/launched-station.ts';
import { drawBox, goTo, offloadAll, openRecording, renderAndCheck } from './journey.ts';

const [work = ''] = process.argv.slice(2);
const program = chromiumProgram();
if (work === '' || program === null) throw new Error('Name a work folder; Chromium must be here.');
const pictures = fileURLToPath(new URL('../../assets/pictures/', import.meta.url));
mkdirSync(pictures, { recursive: true });

buildPageIfOutdated((line) => console.log(line));
const station = await launchStation(join(work, 'data'));
const browser = await launchChromium(program);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const shoot = async (name: string): Promise<void> => {
    await page.waitForTimeout(800);
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  await page.goto(station.address);
  await page.getByText('Administrator').first().click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await goTo(page, 'dock');
  await page
    .getByText(/\d+ new files?/)
    .first()
    .waitFor({ timeout: 30_000 });
  await shoot('dock');
  await offloadAll(page);
  await openRecording(page, /V300047/);
  await page.keyboard.press('t');
  await page.getByLabel('Time or frame', { exact: true }).fill('f 170');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="timecode"][data-settled="true"][data-frame="170"]').waitFor();
  await drawBox(page, 960, { x: 426, y: 88, width: 96, height: 128 });
  await renderAndCheck(page);
  await shoot('review');
} catch (error) {
  await browser
    .contexts()[0]
    ?.pages()[0]
    ?.screenshot({ path: join(work, 'failed.png') });
  throw error;
} finally {
  await browser.close();
  await station.stop();
}
