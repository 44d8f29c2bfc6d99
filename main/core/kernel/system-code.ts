/** The system's word for what went wrong (`ENOENT`, `ENOSPC`), or null when the error did not come from the system. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
