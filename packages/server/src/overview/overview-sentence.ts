/** One sentence: what is the case, and whether it is usual. */
export function describeOverview({
  events,
  asked,
  usual,
}: {
  events: number
  asked: number
  usual: readonly { events: number; asked: number }[]
}): string {
  if (events === 0) return `No events.${usual.some((week) => week.events > 0) ? ' There were some in the weeks before.' : ''}`
  const ratio = asked === 0 ? 'none was challenged' : `${number(asked)} challenged, ${oneIn(events / asked)}`
  return `${number(events)} ${events === 1 ? 'event' : 'events'}: ${ratio}${comparison(asked, usual)}.`
}

function comparison(asked: number, usual: readonly { asked: number }[]): string {
  if (usual.length === 0) return ''
  const counts = usual.map((week) => week.asked)
  const [low, high] = [Math.min(...counts), Math.max(...counts)]
  const weeks = usual.length === 1 ? 'the week before' : `the ${usual.length} weeks before`
  const range = low === high ? number(low) : `${number(low)} to ${number(high)}`
  if (asked > high) return `; more than at the same time in ${weeks} (${range})`
  if (asked < low) return `; fewer than at the same time in ${weeks} (${range})`
  return `; as usual at this time (${range})`
}

function oneIn(ratio: number): string {
  const rounded = ratio < 10 ? Math.round(ratio * 10) / 10 : Math.round(ratio)
  return rounded <= 1 ? 'every one' : `one in ${number(rounded)}`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
