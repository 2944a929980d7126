/** The address of the events that a filter finds: the `filter` beside a number of the API, or any parameters of `GET events`. What is undefined or empty is left out. */
export function eventsHref(filter: Readonly<Record<string, string | undefined>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) if (value !== undefined && value !== '') params.set(name, value)
  const text = params.toString()
  return text === '' ? '/events' : `/events?${text}`
}
