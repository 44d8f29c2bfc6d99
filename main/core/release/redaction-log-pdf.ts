import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import type { Manifest } from './manifest.ts';
import type { LogRow } from './redaction-log.ts';

/** DejaVu knows the letters of most names people have; the station's own typeface comes in parts that PDF cannot join. */
const font = (name: 'DejaVuSansCondensed' | 'DejaVuSansCondensed-Bold'): string =>
  fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));

const columns = [
  { title: 'No.', width: 28, of: (row: LogRow) => String(row.number) },
  { title: 'What', width: 160, of: (row: LogRow) => row.name },
  { title: 'How', width: 150, of: (row: LogRow) => row.how },
  { title: 'From', width: 78, of: (row: LogRow) => row.from },
  { title: 'Until', width: 78, of: (row: LogRow) => row.until },
  { title: 'Frames', width: 84, of: (row: LogRow) => `${row.firstFrame} to ${row.lastFrame}` },
  { title: 'Region at first frame', width: 136, of: (row: LogRow) => row.regionFirst || 'sound' },
] as const;

const margin = 36;
const pageBottom = 612 - margin - 20;

/** The redaction log for paper: US letter, landscape, tagged, with the facts of the release above the table. */
export async function redactionPdf(rows: readonly LogRow[], facts: Omit<Manifest, 'files'>): Promise<Uint8Array> {
  const pdf = new PDFDocument({
    size: 'LETTER',
    layout: 'landscape',
    margin,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en-US',
    displayTitle: true,
    bufferPages: true,
    info: { Title: `Redaction log of ${facts.original.fileName}`, CreationDate: new Date(facts.releasedAt) },
  });
  const chunks: Buffer[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', resolve);
    pdf.on('error', reject);
  });
  pdf.registerFont('text', font('DejaVuSansCondensed')).registerFont('strong', font('DejaVuSansCondensed-Bold'));
  const root = pdf.struct('Document');
  pdf.addStructure(root);

  pdf.font('strong').fontSize(18);
  root.add(
    pdf.struct('H1', {}, () => {
      pdf.text('Redaction log', margin, margin);
    }),
  );
  pdf.moveDown(0.4);
  for (const [label, value] of headerLines(facts)) {
    root.add(
      pdf.struct('P', {}, () => {
        pdf.font('strong').fontSize(8.5).text(`${label}: `, margin, pdf.y, { continued: true });
        pdf.font('text').text(value);
      }),
    );
  }
  pdf.moveDown(0.8);

  const table = pdf.struct('Table');
  root.add(table);
  let y = tableRow(
    pdf,
    table,
    'TH',
    columns.map((column) => column.title),
    pdf.y,
  );
  for (const row of rows) {
    y = tableRow(
      pdf,
      table,
      'TD',
      columns.map((column) => column.of(row)),
      y,
    );
  }
  if (rows.length === 0) {
    root.add(
      pdf.struct('P', {}, () => {
        pdf
          .font('text')
          .fontSize(8.5)
          .text('Nothing was hidden or silenced.', margin, y + 6);
      }),
    );
  }
  root.end();
  numberPages(pdf);
  pdf.end();
  await finished;
  return Buffer.concat(chunks);
}

function headerLines(facts: Omit<Manifest, 'files'>): readonly (readonly [string, string])[] {
  const lines: [string, string][] = [
    ['Agency', facts.agency.name],
    ['Released', `${facts.releasedAt} by ${facts.releasedBy}, to ${facts.requester}`],
    ['Reason', facts.reason],
    ['Recording', `${facts.original.fileName}, ${facts.original.device}, started ${facts.original.startedAt}`],
    ['SHA-256 of the original', facts.original.sha256],
    ['SHA-256 of the released video', facts.check.sha256],
    [
      'Machine check',
      `passed ${facts.check.checks.length} checks on ${facts.check.frames} frames, ${facts.check.regions} covered regions`,
    ],
  ];
  return facts.agency.training ? [['Training', 'made-up footage; nothing here is evidence'], ...lines] : lines;
}

type Structure = ReturnType<PDFKit.PDFDocument['struct']>;

function tableRow(
  pdf: PDFKit.PDFDocument,
  table: Structure,
  kind: 'TH' | 'TD',
  cells: readonly string[],
  at: number,
): number {
  pdf.font(kind === 'TH' ? 'strong' : 'text').fontSize(8.5);
  const height =
    Math.max(...cells.map((cell, i) => pdf.heightOfString(cell, { width: (columns[i]?.width ?? 80) - 6 }))) + 6;
  let y = at;
  if (y + height > pageBottom) {
    pdf.addPage();
    y = margin;
  }
  const row = pdf.struct('TR');
  table.add(row);
  let x = margin;
  cells.forEach((cell, i) => {
    const width = columns[i]?.width ?? 80;
    const left = x;
    row.add(
      pdf.struct(kind, {}, () => {
        pdf.text(cell, left, y + 3, { width: width - 6 });
      }),
    );
    x += width;
  });
  pdf.markContent('Artifact', { type: 'Layout' });
  pdf
    .moveTo(margin, y + height)
    .lineTo(x, y + height)
    .lineWidth(kind === 'TH' ? 1 : 0.4)
    .strokeColor('#888888')
    .stroke();
  pdf.endMarkedContent();
  return y + height;
}

function numberPages(pdf: PDFKit.PDFDocument): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page);
    pdf.markContent('Artifact', { type: 'Pagination' });
    pdf.font('text').fontSize(8).fillColor('#555555');
    pdf.text(`Page ${page - start + 1} of ${count}`, margin, 612 - margin - 10, { lineBreak: false });
    pdf.endMarkedContent();
  }
}
