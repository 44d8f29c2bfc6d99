import { createStore } from 'zustand/vanilla';

/** What is looked at on the releases screen; kept while other screens are open. */
export type ReleasesView = {
  readonly tab: 'projects' | 'renders' | 'packages';
  readonly selected: {
    readonly projects: string | null;
    readonly renders: string | null;
    readonly packages: string | null;
  };
};

export const releasesView = createStore<ReleasesView>(() => ({
  tab: 'renders',
  selected: { projects: null, renders: null, packages: null },
}));

/** Selects a row of a tab. */
export function selectRow(tab: ReleasesView['tab'], id: string): void {
  releasesView.setState(({ selected }) => ({ selected: { ...selected, [tab]: id } }));
}

/** Shows a tab, with a row selected when one is named. */
export function showTab(tab: ReleasesView['tab'], id: string | null = null): void {
  releasesView.setState({ tab });
  if (id !== null) selectRow(tab, id);
}
