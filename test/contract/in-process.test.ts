import { openDirectHarness } from '#test/support/contract-clients.ts';
import { openTransportStation } from '#test/support/transport-station.ts';
import { describeContract } from './suite.ts';

describeContract('in process', async () => {
  const station = await openTransportStation();
  return openDirectHarness(station, station.remove);
});
