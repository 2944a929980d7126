/** Why a version was made, as somebody said it. Where nobody said anything, the server keeps the name of the event (`policy.replaced`), which is no reason. */
export function saidMessage({ message }: { message?: string }): string | undefined {
  return message === undefined || /^[a-z_]+\.[a-z_]+$/.test(message) ? undefined : message
}
