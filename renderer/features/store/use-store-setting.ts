import { type Deed, navigate, useCloudControl, useDeed, useNotices } from '#renderer/state/index.ts';

/** Changes something about the store; once the station has done it, says so and leads back to the store's screen. */
export function useStoreSetting<A extends readonly unknown[]>(
  change: (...args: A) => Promise<unknown>,
  said: string,
): Deed<A> {
  const cloud = useCloudControl();
  const notices = useNotices();
  return useDeed(async (...args: A) => {
    await change(...args);
    void cloud.refresh();
    notices.say('done', said);
    navigate({ screen: 'store' });
  });
}
