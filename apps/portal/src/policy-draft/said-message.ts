/** The reason that somebody gave for a version. Where nobody gave one, the server keeps the name of the event (`policy.replaced`), which is no reason. */
export function saidMessage({ message }: { message?: string }): string | undefined {
  return message === undefined || /^[a-z_]+\.[a-z_]+$/.test(message) ? undefined : message
}
