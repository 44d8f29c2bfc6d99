import { describe, expect, it } from 'vitest';
import { type AuditEvent, auditEventSchema } from '#common/audit/index.ts';
import { loadTexts } from '#renderer/app/i18n.ts';
import { en } from '#renderer/app/locales/en/index.ts';
import { eventWord } from '#renderer/features/admin/audit-words.ts';
import { auditLog } from '#test/support/scripted-station/fixtures.ts';

const kinds = auditEventSchema.options.map((option) => option.shape.kind.value);

describe('the texts', () => {
  it('have a sentence for every event the audit log can hold', async () => {
    const texts = await loadTexts();
    const t = texts.getFixedT('en', 'admin');
    const entry = auditLog(1)[0]!;
    for (const kind of kinds) {
      const event = { kind, intact: true } as unknown as AuditEvent;
      const said = eventWord({ ...entry, event }, t);
      expect(said, kind).not.toContain('audit.event');
      expect(said, kind).toMatch(/^[A-Z]/);
    }
  });

  it('name people and things from the event', async () => {
    const texts = await loadTexts();
    const t = texts.getFixedT('en', 'admin');
    const said = auditLog(8).map((entry) => eventWord(entry, t));
    expect(said).toContain('Sealed DCIM/100MEDIA/BWC-07_2.mp4 from BWC-07');
    expect(said).toContain('Sign-in as jpetrov refused: the account is closed');
  });

  it('count with groups, and know one from many', async () => {
    const texts = await loadTexts();
    const t = texts.getFixedT('en', 'dock');
    expect(t('fresh', { count: 1 })).toBe('1 new file');
    expect(t('fresh', { count: 9_214 })).toBe('9,214 new files');
  });

  it('use no exclamation marks and none of our own jargon', () => {
    const all = JSON.stringify(en);
    expect(all).not.toMatch(/!/);
    expect(all).not.toMatch(/\b(IndexedDB|Dexie|WebSocket|RPC|epoch|replica|payload)\b/i);
  });
});
