import { openSocketHarness } from '#test/support/contract-clients.ts';
import { openTransportStation } from '#test/support/transport-station.ts';
import { describeContract } from './suite.ts';

describeContract('over WebSocket and HTTP', async () => {
  const station = await openTransportStation();
  return openSocketHarness(station, station.remove);
});
