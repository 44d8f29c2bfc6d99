/** Which of the frame's own layers is open. */
export type Layer = 'palette' | 'shortcuts' | 'work' | null;
