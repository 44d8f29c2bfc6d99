import { describe, it } from 'vitest';
import { hasElectron, openElectronHarness } from '#test/support/electron-app.ts';
import { describeContract } from './suite.ts';

if (hasElectron('the contract over Electron IPC')) describeContract('over Electron IPC', openElectronHarness);
else
  describe.skip("contract, over Electron IPC (skipped: Electron's binary is not here)", () =>
    it('needs the binary', () => undefined));
