/** How often a user was active in each hour of the local day, followed by the hour (since 1970) that was counted last. Empty: `[]`. */
export type Hours = number[]

const most = 200
/** Fewer hours than this say nothing about habits. */
const least = 10
/** An hour is unusual when the hour and its neighbours hold less than this share of all activity. */
const unusualShare = 0.03

/** Counts an hour once, however often something happens in it: repetition is not habit. */
export function addHour(hours: Hours, at: number, hour: number): Hours {
  const current = Math.floor(at / 3_600_000)
  if (hours[24] === current) return hours
  const next = hours.length === 0 ? new Array<number>(25).fill(0) : hours.slice()
  next[24] = current
  next[hour] = (next[hour] ?? 0) + 1
  if ((next[hour] as number) > most) for (let i = 0; i < 24; i++) next[i] = Math.floor((next[i] as number) / 2)
  return next
}

/** Takes one hour back. */
export function removeHour(hours: Hours, hour: number): Hours {
  return hours.length === 0 ? hours : hours.with(hour, Math.max(0, (hours[hour] ?? 0) - 1))
}

/** `undefined`: too little is known. */
export function isUnusualHour(hours: readonly number[], hour: number): boolean | undefined {
  if (hours.length === 0) return undefined
  let total = 0
  for (let i = 0; i < 24; i++) total += hours[i] as number
  if (total < least) return undefined
  const near = (hours[(hour + 23) % 24] as number) + (hours[hour] as number) + (hours[(hour + 1) % 24] as number)
  return near < unusualShare * total || near === 0
}
