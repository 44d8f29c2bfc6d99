import { WelcomePanel } from '#renderer/features/welcome/index.ts';
import type { StationStatus } from '#renderer/state/index.ts';

export function WelcomeScreen(props: { readonly status: StationStatus; readonly endedBecause: string | null }) {
  return <WelcomePanel {...props} />;
}
