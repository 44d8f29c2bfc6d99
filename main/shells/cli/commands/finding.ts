/** One thing that was looked at. `attention`: works, but somebody should know. */
export type Finding = {
  readonly name: string;
  readonly state: 'good' | 'attention' | 'failed';
  readonly detail: string;
  readonly nextStep: string | null;
};
