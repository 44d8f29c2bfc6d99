import { createStore } from 'zustand/vanilla';
import type { AgencyId } from '#common/ids/index.ts';
import type { Sort } from '#renderer/ui/index.ts';
import { type Filters, noFilters } from './recording-search.ts';

/** How somebody looks at the library. Kept while other screens are open; another agency starts afresh. */
export type LibraryView = {
  readonly agencyId: AgencyId | null;
  readonly tab: 'recordings' | 'damaged';
  readonly filters: Filters;
  readonly sort: Sort;
  readonly selected: string | null;
  readonly selectedDamaged: string | null;
  readonly pictures: boolean;
};

const fresh: LibraryView = {
  agencyId: null,
  tab: 'recordings',
  filters: noFilters,
  sort: { column: 'start', direction: 'down' },
  selected: null,
  selectedDamaged: null,
  pictures: false,
};

export const libraryView = createStore<LibraryView>(() => fresh);

/** Forgets the view of another agency. */
export function viewFor(agencyId: AgencyId): void {
  if (libraryView.getState().agencyId !== agencyId) libraryView.setState({ ...fresh, agencyId }, true);
}
