const hour = 60 * 60_000

/** However much it is used, a session ends after this. */
export const sessionLifetimeMs = 12 * hour

/** Without a request, a session ends after this. NIST SP 800-63B, "Reauthentication", at AAL2: at most one hour, and at most 24 in all. */
export const sessionIdleMs = hour

/** Uses of a session within so long after the last stored one are not stored: its end by idleness comes that much earlier at most. */
export const sessionTouchMs = 60_000
