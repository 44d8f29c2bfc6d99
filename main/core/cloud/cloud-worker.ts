import { serveWorker } from '#core/kernel/index.ts';
import { carrierApi } from './carrier-api.ts';
import { openCarrier } from './open-carrier.ts';

const api = carrierApi(openCarrier);

serveWorker(api, { onClose: () => api.close() });
