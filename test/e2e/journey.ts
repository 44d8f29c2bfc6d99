import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const password = 'correct horse battery';

/** First run: the department and its administrator, through the welcome page. */
export async function setUpDepartment(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Set up your department' }).click();
  const fill = (name: string, text: string) => page.getByRole('textbox', { name, exact: true }).fill(text);
  await fill('Department', 'Example Police Department');
  await fill('Your name', 'R. Feld');
  await fill('User name', 'rfeld');
  await fill('Password', password);
  await fill('Password again', password);
  await page.getByRole('button', { name: 'Set up and sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** Goes to a screen by its address, as the rail's links do. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await page.evaluate((to) => {
    window.location.hash = to;
  }, `#/${screen}`);
}

/** Watches a folder and offloads everything new in it. */
export async function offloadFolder(page: Page, folder: string): Promise<void> {
  await goTo(page, 'dock');
  await page.getByRole('textbox', { name: 'Folder on this computer' }).fill(folder);
  await page.getByRole('button', { name: 'Watch folder' }).click();
  await offloadAll(page);
}

/** Offloads whatever is docked; returns when nothing new is left on any camera. */
export async function offloadAll(page: Page): Promise<void> {
  const fresh = page.getByText(/\d+ new files?/);
  await goTo(page, 'dock');
  await fresh.first().waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Offload everything new' }).click();
  await page
    .getByText(/already sealed/)
    .first()
    .waitFor({ timeout: 120_000 });
  await fresh.first().waitFor({ state: 'detached', timeout: 120_000 });
}

/** Opens a recording from the library once it is ready; returns its title. */
export async function openRecording(page: Page, title: string | RegExp): Promise<string> {
  await goTo(page, 'library');
  const row = page.getByRole('row').filter({ hasText: title }).filter({ hasText: 'Ready' }).first();
  await row.waitFor({ timeout: 60_000 });
  await row.dblclick();
  await page.locator('video').waitFor();
  await readout(page, 0);
  // Keys work from the moment the first frame is on the screen.
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  return (await page.getByRole('heading', { level: 1 }).first().innerText()).trim();
}

/** Waits until the readout names a frame. */
export async function readout(page: Page, frame: number): Promise<void> {
  await page
    .getByText(new RegExp(`· f ${frame}$`))
    .first()
    .waitFor({ timeout: 30_000 });
}

/** Where the picture is on the screen and how many CSS pixels a source pixel takes. */
async function picture(page: Page, sourceWidth: number): Promise<{ x: number; y: number; scale: number }> {
  const box = await page.locator('video').boundingBox();
  if (box === null) throw new Error('There is no picture.');
  return { x: box.x, y: box.y, scale: box.width / sourceWidth };
}

/** Draws a box over the picture with the pointer, in source pixels. */
export async function drawBox(
  page: Page,
  sourceWidth: number,
  box: { x: number; y: number; width: number; height: number },
): Promise<void> {
  await page.getByRole('button', { name: 'Draw a box' }).click();
  const { x, y, scale } = await picture(page, sourceWidth);
  await page.mouse.move(x + box.x * scale, y + box.y * scale);
  await page.mouse.down();
  await page.mouse.move(x + (box.x + box.width / 2) * scale, y + (box.y + box.height / 2) * scale, { steps: 4 });
  await page.mouse.move(x + (box.x + box.width) * scale, y + (box.y + box.height) * scale, { steps: 4 });
  await page.mouse.up();
  await page.getByText('Selected box').waitFor();
}

/** Renders the redacted copy and waits for the machine's verdict. */
export async function renderAndCheck(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Render redacted copy' }).click();
  await page.getByText('Passed the check').first().waitFor({ timeout: 180_000 });
}

/** Releases the copy that passed, downloads the package to `path`. */
export async function release(page: Page, title: string, path: string): Promise<void> {
  await page
    .getByRole('link', { name: 'Release', exact: true })
    .or(page.getByRole('button', { name: 'Release', exact: true }))
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Requester' }).fill('The Post');
  await page.getByRole('textbox', { name: 'Reason' }).fill('Request 12 of 20 November 2026');
  await page.getByRole('textbox', { name: /confirm/ }).fill(title);
  await page.getByRole('button', { name: 'Release to requester' }).click();
  const save = page.getByRole('button', { name: 'Download the package' });
  await page.getByText('Ready', { exact: true }).first().waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  const stream = await download.createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  writeFileSync(path, Buffer.concat(chunks));
}
