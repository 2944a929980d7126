/** `6 in 10 minutes`, `20 a day`, `300 an hour`. */
export function limitWords({ rateLimit, windowInMinutes }: { rateLimit: number; windowInMinutes: number }): string {
  const count = rateLimit.toLocaleString('en')
  if (windowInMinutes === 1440) return `${count} a day`
  if (windowInMinutes === 60) return `${count} an hour`
  if (windowInMinutes === 1) return `${count} a minute`
  if (windowInMinutes % 60 === 0) return `${count} in ${windowInMinutes / 60} hours`
  return `${count} in ${windowInMinutes.toLocaleString('en')} minutes`
}

/** `to one country`; `to 10,000 numbers in a row`. */
export function prefixWords({ blockSize, countryCodes }: { blockSize: 'country' | number; countryCodes?: string[] | undefined }): string {
  const numbers = blockSize === 'country' ? 'to one country' : `to ${blockSize.toLocaleString('en')} numbers in a row`
  return countryCodes === undefined || countryCodes.length === 0 ? numbers : `${numbers} (${countryCodes.join(', ')})`
}

/** A chance for people: `16 %`, `1 in 50,000`. */
export function chanceWords(chance: number): string {
  if (chance <= 0) return 'none'
  if (chance >= 0.01) return `${(chance * 100).toLocaleString('en', { maximumFractionDigits: chance >= 0.1 ? 0 : 1 })} %`
  if (chance < 1e-12) return 'less than 1 in a trillion'
  return `1 in ${Number((1 / chance).toPrecision(2)).toLocaleString('en')}`
}
