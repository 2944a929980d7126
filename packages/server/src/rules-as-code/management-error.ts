/** A server that refused, or did not answer. */
export class ManagementError extends Error {}
